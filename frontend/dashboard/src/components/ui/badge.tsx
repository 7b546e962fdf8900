import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

export type Tone =
  'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'message' | 'timing' | 'decision' | 'action' | 'entry' | 'exit';

export const toneLook: Record<Tone, string> = {
  neutral: 'bg-line/70 text-ink',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  message: 'bg-message-soft text-message',
  timing: 'bg-timing-soft text-timing',
  decision: 'bg-decision-soft text-decision',
  action: 'bg-action-soft text-action',
  entry: 'bg-entry-soft text-entry',
  exit: 'bg-exit-soft text-exit',
};

type BadgeProps = {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
  className?: string;
};

/** A short fact in a pill; `dot` for states that go on. */
export function Badge({ tone = 'neutral', dot = false, children, className }: BadgeProps) {
  return (
    <span
      className={cx(
        'inline-flex h-5 shrink-0 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        toneLook[tone],
        className,
      )}
    >
      {dot ? <span className="size-1.5 rounded-full bg-current" aria-hidden /> : null}
      {children}
    </span>
  );
}
