'use client';

import { useEffect, useRef, useState } from 'react';
import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';

/** Tables scroll sideways in their frame, never the page. A frame that scrolls can be reached and moved by keyboard. */
export function Table({ className, label, ...rest }: ComponentProps<'table'> & { label: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    watch.observe(element);
    for (const child of element.children) watch.observe(child);
    return () => watch.disconnect();
  }, []);
  return (
    <div
      ref={frame}
      className="relative overflow-x-auto"
      {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}
    >
      <table aria-label={label} className={cx('w-full border-collapse text-left', className)} {...rest} />
    </div>
  );
}
export function HeadCell({ className, numeric = false, ...rest }: ComponentProps<'th'> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={cx(
        'h-9 border-b border-line px-3 text-xs font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4',
        numeric && 'text-right',
        className,
      )}
      {...rest}
    />
  );
}
export function Row({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr className={cx('border-b border-line last:border-b-0 hover:bg-bg', className)} {...rest} />;
}
export function Cell({ className, numeric = false, ...rest }: ComponentProps<'td'> & { numeric?: boolean }) {
  return (
    <td
      className={cx('px-3 py-2.5 align-middle first:pl-4 last:pr-4', numeric && 'text-right tabular-nums', className)}
      {...rest}
    />
  );
}
