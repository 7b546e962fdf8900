'use client';

import { lazy, Suspense, useMemo } from 'react';
import { cx } from '@/lib/cx';
import { controlLook } from '@/components/ui/input';
import { useForm } from '../form-context';
import { useLiquidWords } from './use-liquid-words';

// CodeMirror is large and only needed once a field with Liquid is on screen.
const LiquidEditor = lazy(async () => ({ default: (await import('./liquid-editor')).LiquidEditor }));

export type LiquidInputProps = {
  value: string;
  onChange: (value: string) => void;
  language: 'html' | 'text';
  rows?: number | undefined;
  placeholder?: string | undefined;
  label: string;
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
};

/** Text with Liquid tags: highlighted, and completed after `{{` and `{%`. Without `rows` it is one line. */
export function LiquidInput(props: LiquidInputProps) {
  const { value, rows, placeholder } = props;
  const { disabled } = useForm();
  const words = useLiquidWords();
  const many = (rows ?? 1) > 1;
  const frame = cx(
    controlLook,
    'block overflow-hidden focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent',
    props['aria-invalid'] && 'border-bad',
    disabled && 'bg-canvas text-muted',
  );
  const style = useMemo(() => (many ? { minHeight: (rows ?? 1) * 19 + 14 } : { minHeight: 32 }), [many, rows]);
  return (
    <div className={frame} style={style}>
      <Suspense
        fallback={
          <div
            className={cx(
              'px-2.5 py-1.5 text-sm whitespace-pre-wrap',
              props.language === 'html' && 'font-mono text-xs leading-[19px]',
            )}
          >
            {value || <span className="text-muted">{placeholder}</span>}
          </div>
        }
      >
        <LiquidEditor {...props} words={words} disabled={disabled} />
      </Suspense>
    </div>
  );
}
