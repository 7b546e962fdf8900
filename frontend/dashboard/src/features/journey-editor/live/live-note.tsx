'use client';

import { formatAgo } from '../runs/format';
import { useLive, useNow } from './use-live';

/** How old the figures are, in the top bar. Quiet for screen readers: it changes each second. */
export function LiveNote({ journeyId }: { journeyId: string }) {
  const { data, isError, dataUpdatedAt } = useLive(journeyId);
  const now = useNow();
  if (isError && !data) return <span className="text-bad">Figures could not be loaded</span>;
  if (!data) return <span className="text-muted">Loading figures…</span>;
  // A draft has no figures that could be old.
  if (data.version === null) return null;
  const age = Math.max(0, now - dataUpdatedAt);
  return <span className={isError || age > 20_000 ? 'text-warn' : 'text-muted'} title="Figures are at most 5 s old when they come">{`Updated ${formatAgo(age)}`}</span>;
}
