'use client';

import { Check, Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { cx } from '@/lib/cx';
import { IconButton } from './icon-button';

type CopyButtonProps = {
  text: string;
  label?: string;
  className?: string;
};

/** Copies text; the icon says that it did. */
export function CopyButton({ text, label, className }: CopyButtonProps) {
  const t = useTranslations('common.codeBlock');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_600);
  };
  return (
    <IconButton
      size="sm"
      label={copied ? t('copied') : (label ?? t('copy'))}
      onClick={copy}
      {...(className ? { className } : {})}
    >
      {copied ? <Check size={14} strokeWidth={2} className="text-good" /> : <Copy size={14} strokeWidth={1.75} />}
    </IconButton>
  );
}

/** `navigator.clipboard` is missing on plain http outside localhost. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  // A dialog keeps the focus within itself.
  (document.activeElement?.closest('[role="dialog"]') ?? document.body).append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

type CodeBlockProps = {
  code: string;
  className?: string;
  label?: string;
  wrap?: boolean;
};

export function CodeBlock({ code, className, label, wrap = false }: CodeBlockProps) {
  const t = useTranslations('common.codeBlock');
  return (
    <div className={cx('group relative rounded-lg border border-line bg-canvas', className)}>
      <pre
        tabIndex={0}
        aria-label={label ?? t('code')}
        className={cx('overflow-x-auto p-3 pr-11 font-mono text-xs leading-5', wrap && 'break-all whitespace-pre-wrap')}
      >
        <code>{code}</code>
      </pre>
      <CopyButton text={code} className="absolute top-1.5 right-1.5 bg-canvas" />
    </div>
  );
}
