'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { parseVersion } from '../runs/run-url';

/** A version by its number, or the draft. */
export type Shown = number | 'draft';
/** What the Versions layer shows: the list, one version, or what changed between two. */
export type VersionView = { shown: Shown | null; against: Shown | null };

export function useVersionUrl(): VersionView {
  const text = useSearchParams().toString();
  return useMemo(() => parseVersionUrl(new URLSearchParams(text)), [text]);
}

export function parseVersionUrl(search: URLSearchParams): VersionView {
  const shown = search.get('shown') === 'draft' ? 'draft' : parseVersion(search);
  const against = search.get('against');
  const number = Number(against);
  const other = against === 'draft' ? 'draft' : Number.isInteger(number) && number > 0 ? number : null;
  return { shown, against: shown === null || other === shown ? null : other };
}

/** The present address with this view; the rest of it stays. */
export function versionSearch(search: string, { shown, against }: VersionView): string {
  const next = new URLSearchParams(search);
  for (const name of ['version', 'shown', 'against']) next.delete(name);
  next.set('layer', 'versions');
  if (shown === 'draft') next.set('shown', 'draft');
  else if (shown !== null) next.set('version', String(shown));
  if (against !== null) next.set('against', String(against));
  return `?${next}`;
}

export function showVersions(view: VersionView): void {
  window.history.pushState(null, '', versionSearch(window.location.search, view));
}

/** The earlier of two first; the draft follows every version. */
export function inOrder(one: Shown, other: Shown): [before: Shown, after: Shown] {
  const place = (shown: Shown) => (shown === 'draft' ? Infinity : shown);
  return place(one) <= place(other) ? [one, other] : [other, one];
}
