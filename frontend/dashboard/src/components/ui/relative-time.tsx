'use client';

import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from '../../lib/time';
import { Tip } from './tooltip';

let tick = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on a page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => { tick += 1; listeners.forEach((each) => each()); }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) { clearInterval(timer); timer = undefined; }
  };
}

/** "5 min ago", kept current; the exact time in the viewer's zone on hover and focus. */
export function RelativeTime({ at, className }: { at: string | null; className?: string }) {
  const now = useSyncExternalStore(subscribe, () => tick, () => -1);
  if (!at) return <span className={className}>–</span>;
  if (now === -1) return <time dateTime={at} className={className} />;
  return (
    <Tip label={<span className="font-mono">{exactTime(at)}</span>}>
      <time dateTime={at} tabIndex={0} className={className}>{relativeTime({ at, now: Date.now() })}</time>
    </Tip>
  );
}
