import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

type PageHeaderProps = {
  title: ReactNode;
  parent?: { label: string; href: string };
  status?: ReactNode;
  meta?: ReactNode;
  center?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

/** The top bar of a page, 56 px: where one is, what state it has, what can be done. */
export function PageHeader({ title, parent, status, meta, center, actions, className }: PageHeaderProps) {
  return (
    <header
      className={cx(
        'flex min-h-(--top-bar) shrink-0 items-center gap-3 border-b border-line bg-surface px-4 max-sm:flex-wrap max-sm:py-2',
        className,
      )}
    >
      <div className="flex min-w-0 flex-1 items-center gap-3 max-sm:min-h-8 max-sm:flex-auto">
        <div className="flex min-w-0 items-baseline gap-1.5">
          {parent ? (
            <Link href={parent.href} className="shrink-0 text-muted hover:text-ink">
              {parent.label} <span aria-hidden>/</span>
            </Link>
          ) : null}
          <h1 className="truncate text-lg">{title}</h1>
        </div>
        {status}
        {meta ? <span className="truncate text-muted max-md:hidden">{meta}</span> : null}
      </div>
      {center}
      {actions ? (
        <div
          className={cx(
            'flex items-center justify-end gap-2 max-sm:flex-wrap max-sm:justify-start',
            center && 'flex-1',
          )}
        >
          {actions}
        </div>
      ) : null}
    </header>
  );
}

type PageBodyProps = {
  children: ReactNode;
  width?: 'wide' | 'narrow' | 'full';
  className?: string;
  /** Where nothing in it may take the focus: it can be scrolled by keys all the same. */
  onlyRead?: true;
};

/** The scrolling part of an ordinary page, below its header. */
export function PageBody({ children, width = 'wide', className, onlyRead }: PageBodyProps) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" {...(onlyRead ? { tabIndex: 0 } : {})}>
      <div
        className={cx(
          'mx-auto w-full p-4 sm:p-6',
          width === 'wide' && 'max-w-6xl',
          width === 'narrow' && 'max-w-3xl',
          className,
        )}
      >
        {children}
      </div>
    </div>
  );
}
