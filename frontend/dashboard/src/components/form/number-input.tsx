'use client';

import { asNumber } from '@wend/contract/plain';
import { useEffect, useState } from 'react';
import { Input } from '@/components/ui/input';
import { cx } from '@/lib/cx';

type NumberInputProps = {
  value: number | undefined;
  onChange: (value: number | undefined) => void;
  /** What follows the number, such as `%`. */
  unit?: string | undefined;
  className?: string;
  id?: string;
  disabled?: boolean;
  placeholder?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** A number. While one types, what does not read as a number yet stays as typed. */
export function NumberInput({ value, onChange, unit, className, ...control }: NumberInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => setTyped(null), [value]);
  return (
    <span className={cx('flex items-center gap-2', className)}>
      <Input
        {...control}
        inputMode="decimal"
        className="tabular-nums"
        value={typed ?? (value === undefined ? '' : String(value))}
        onBlur={() => setTyped(null)}
        onChange={(event) => {
          const written = event.target.value;
          setTyped(written);
          const number = asNumber(
            written
              .trim()
              .replace(',', '.')
              .replace(/^(-?)\./, '$10.')
              .replace(/\.$/, ''),
          );
          if (written.trim() === '') onChange(undefined);
          else if (number !== null) onChange(number);
        }}
      />
      {unit && <span className="shrink-0 whitespace-nowrap text-muted">{unit}</span>}
    </span>
  );
}
