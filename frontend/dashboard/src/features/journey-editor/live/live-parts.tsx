'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { formatCount, formatShare } from '../runs/format';

type DoorProps = {
  count: number;
  onOpen: (() => void) | undefined;
  className?: string;
};

/** A figure that opens its people; plain where there are none. */
export function Door({ count, onOpen, className }: DoorProps) {
  const t = useTranslations('editor-live.liveParts');
  if (!onOpen || count === 0) return <span className={className}>{formatCount(count)}</span>;
  return (
    <button
      type="button"
      onClick={onOpen}
      title={t('showPeople')}
      className={cx('underline-offset-2 hover:text-accent hover:underline', className)}
    >
      {formatCount(count)}
    </button>
  );
}

/** A part of a side panel with a title. */
export function PanelPart({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section aria-label={title} className="border-t border-line pt-4 first:border-0 first:pt-0">
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h3>{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

type FigureProps = {
  value: string;
  label: string;
  onOpen?: (() => void) | undefined;
  tone?: 'bad' | 'warn';
};

/** A figure with its name; with `onOpen` it is a door to the people behind it. */
export function Figure({ value, label, onOpen, tone }: FigureProps) {
  const t = useTranslations('editor-live.liveParts');
  const words = (
    <>
      <span
        className={cx(
          'block text-lg font-semibold tabular-nums',
          tone === 'bad' && 'text-bad',
          tone === 'warn' && 'text-warn',
        )}
      >
        {value}
      </span>
      <span className="block text-xs text-muted">{label}</span>
    </>
  );
  const frame = 'rounded-lg border border-line bg-raised px-3 py-2 text-left';
  if (!onOpen) return <div className={frame}>{words}</div>;
  return (
    <button type="button" onClick={onOpen} className={cx(frame, 'hover:border-accent')} title={t('showPeople')}>
      {words}
    </button>
  );
}

export type Part = { id: string; label: string; count: number; onOpen?: (() => void) | undefined };
const barLooks = ['bg-accent', 'bg-timing', 'bg-message', 'bg-decision', 'bg-action', 'bg-exit'];

/** How people divide: one bar, and each part in words. */
export function ShareBar({ parts }: { parts: Part[] }) {
  const t = useTranslations('editor-live.liveParts');
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  if (total === 0) return <p className="text-muted">{t('nobodyLeftYet')}</p>;
  const shown = parts.filter((part) => part.count > 0);
  return (
    <>
      <div aria-hidden className="flex h-2.5 gap-0.5 overflow-hidden rounded-full">
        {shown.map((part) => (
          <span key={part.id} className={lookOf(parts, part)} style={{ flexGrow: part.count, minWidth: 4 }} />
        ))}
      </div>
      <ul className={cx('mt-2', parts.length === 2 ? 'flex flex-wrap justify-between gap-x-4' : 'space-y-1')}>
        {parts.map((part) => (
          <li key={part.id} className="flex items-center gap-2" title={t('of', { count: part.count, total })}>
            <span aria-hidden className={cx('size-2 shrink-0 rounded-full', lookOf(parts, part))} />
            {part.onOpen && part.count > 0 ? (
              <button
                type="button"
                onClick={part.onOpen}
                title={t('showPeople')}
                className="min-w-0 flex-1 truncate text-left hover:text-accent hover:underline"
              >
                {part.label}
              </button>
            ) : (
              <span className="min-w-0 flex-1 truncate">{part.label}</span>
            )}
            <span className="tabular-nums">{formatShare(part.count / total)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function lookOf(parts: Part[], part: Part): string {
  return barLooks[parts.indexOf(part) % barLooks.length] ?? 'bg-accent';
}
