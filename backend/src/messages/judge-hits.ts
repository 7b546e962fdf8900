import type { MachineSign } from '@wend/contract';

export type Hit = {
  kind: 'opened' | 'clicked' | 'trap';
  link: string;
  at: number;
  /** What about the request itself says that a program made it. */
  sign: MachineSign | null;
  /** Whom it came from; null where that is not known. */
  source: string | null;
};
/**
 * Times in milliseconds. `holdMs` must exceed `togetherMs`: a request is judged when all that belong to it have come.
 * `trapMs`: around a request for the trap; `sourceMs`: the same, for requests from where it was followed.
 */
export type HitLimits = { holdMs: number; togetherMs: number; afterSendMs: number; trapMs: number; sourceMs: number };
export const defaultHitLimits: HitLimits = {
  holdMs: 3_000,
  togetherMs: 2_000,
  afterSendMs: 1_000,
  trapMs: 2_500,
  sourceMs: 60_000,
};

type JudgeHitsOptions = {
  hits: readonly Hit[];
  sentAt: number | null;
  links: number | null;
  /** Openings by privacy proxies count as a person's. */
  countProxies?: boolean;
  limits: HitLimits;
};

/**
 * Why each of the requests for one message was no person's, in the order of `hits`; null where a person made it. A
 * program's are those that say so themselves, that come before anybody can have read the message, that ask for many of
 * its links at once (all of two, or three of more), and those around or from where somebody follows a link that no
 * person sees. `links`: how many it has, where that is known.
 */
export function judgeHits({
  hits,
  sentAt,
  links,
  countProxies = false,
  limits,
}: JudgeHitsOptions): (MachineSign | null)[] {
  const burst = burstOf({ hits, links, limits });
  const trapped = trappedBy(hits, limits);
  return hits.map((hit) => {
    if (hit.sign !== null && !(countProxies && hit.sign === 'privacy-proxy' && hit.kind === 'opened')) return hit.sign;
    if (sentAt !== null && hit.at < sentAt + limits.afterSendMs) return 'early';
    if (burst.has(hit)) return 'burst';
    return trapped(hit) ? 'trap' : null;
  });
}

/** One walk with a window: whoever has a link can ask for it without end. */
function burstOf({ hits, links, limits }: Pick<JudgeHitsOptions, 'hits' | 'links' | 'limits'>): Set<Hit> {
  const many = links === 2 ? 2 : 3;
  const burst = new Set<Hit>();
  const byTime = [...hits].sort((a, b) => a.at - b.at);
  const clicks = new Map<string, number>();
  for (let first = 0, next = 0, marked = 0; first < byTime.length; first += 1) {
    for (; next < byTime.length && byTime[next]!.at <= byTime[first]!.at + limits.togetherMs; next += 1)
      addClick(clicks, byTime[next]!, 1);
    if (clicks.size >= many)
      for (marked = Math.max(marked, first); marked < next; marked += 1) burst.add(byTime[marked]!);
    addClick(clicks, byTime[first]!, -1);
  }
  return burst;
}

function trappedBy(hits: readonly Hit[], { trapMs, sourceMs }: HitLimits): (hit: Hit) => boolean {
  const traps = hits.filter(({ kind }) => kind === 'trap');
  const times = traps.map(({ at }) => at);
  const bySource = new Map<string, number[]>();
  for (const { source, at } of traps) if (source !== null) bySource.set(source, [...(bySource.get(source) ?? []), at]);
  const near = (list: readonly number[], at: number, ms: number): boolean =>
    list.some((time) => Math.abs(time - at) <= ms);
  return ({ at, source }) =>
    near(times, at, trapMs) || (source !== null && near(bySource.get(source) ?? [], at, sourceMs));
}

function addClick(clicks: Map<string, number>, { kind, link }: Hit, by: 1 | -1): void {
  if (kind !== 'clicked') return;
  const count = (clicks.get(link) ?? 0) + by;
  if (count === 0) clicks.delete(link);
  else clicks.set(link, count);
}
