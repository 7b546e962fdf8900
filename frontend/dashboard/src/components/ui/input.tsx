import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';

export const controlLook =
  'w-full rounded-md border border-line-strong bg-raised text-ink transition-colors hover:border-control aria-invalid:border-bad disabled:bg-canvas disabled:text-muted';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cx(controlLook, 'h-8 px-2.5 read-only:bg-canvas', className)} {...rest} />;
}

/** An input with an icon in front, for searching. */
export function SearchInput({ className, icon, ...rest }: ComponentProps<'input'> & { icon?: ReactNode }) {
  return (
    <span className={cx('relative block', className)}>
      <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-muted" aria-hidden>
        {icon ?? <SearchGlyph />}
      </span>
      <input type="search" className={cx(controlLook, 'h-8 pr-2.5 pl-8')} {...rest} />
    </span>
  );
}

function SearchGlyph() {
  return (
    <svg
      width="15"
      height="15"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
    >
      <circle cx="11" cy="11" r="7" />
      <path d="m20 20-4-4" />
    </svg>
  );
}

export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={cx(controlLook, 'resize-y px-2.5 py-1.5 leading-5', className)} {...rest} />;
}
