'use client';

import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import { exactTimes, relativeTime } from '../../lib/time';
import { Tip } from './tooltip';

let tick = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on a page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tick += 1;
    listeners.forEach((each) => each());
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * "5 min ago", kept current; on hover and focus the exact time, the viewer's and that of the person (`zone`) whom it is
 * about.
 */
export function RelativeTime({ at, zone, className }: { at: string | null; zone?: string | null; className?: string }) {
  const t = useTranslations('common.time');
  const now = useSyncExternalStore(
    subscribe,
    () => tick,
    () => -1,
  );
  if (!at) return <span className={className}>–</span>;
  if (now === -1) return <time dateTime={at} className={className} />;
  return (
    <Tip label={<span className="font-mono">{exactTimes(t, { at, zone })}</span>}>
      <time dateTime={at} tabIndex={0} className={className}>
        {relativeTime(t, { at, now: Date.now() })}
      </time>
    </Tip>
  );
}
