import type { MessageStatus } from '@wend/contract';

/** One of the messages of a visit: the first (number 0), and those sent again after it. */
export type ChainMember = {
  id: string;
  number: number;
  status: MessageStatus;
  reason: string | null;
  /** The states it went through, as people brought them about. */
  passed: string[];
};

const taken: MessageStatus[] = ['sent', 'delivered', 'opened', 'clicked'];
const underWay: MessageStatus[] = ['queued', 'sending'];
const mostResends = 20;

export type ResendRefusal = 'under-way' | 'run-left' | 'journey-stopped' | 'already-sent' | 'too-often';

/** Whether a message stands for a visit: whichever came furthest, else the last. */
export function standingOf<Member extends Pick<ChainMember, 'status' | 'number'>>(chain: readonly Member[]): Member {
  return chain.reduce((best, each) => {
    const further = taken.indexOf(each.status) - taken.indexOf(best.status);
    return further > 0 || (further === 0 && each.number > best.number) ? each : best;
  });
}

/** The same in SQL, for a message `m`: only those of visits with several are looked at twice. */
export const stands = `((m.resend_of is null and m.resends = 0) or m.id = (
    select c.id from messages c
    where c.workspace_id = m.workspace_id and c.enrollment_id = m.enrollment_id and c.node = m.node and c.visit = m.visit
    order by array_position(array['sent', 'delivered', 'opened', 'clicked'], c.status) desc nulls last,
      c.resend_number desc
    limit 1
  ))`;

type ResendRefusalOptions = {
  chain: readonly ChainMember[];
  runStatus: string | null;
  journeyState: string | null;
  test: boolean;
  /** Whoever asks knows that it was sent. */
  although: boolean;
};

/** Why the message of a visit is not sent again now; null when it may be. */
export function resendRefusal({
  chain,
  runStatus,
  journeyState,
  test,
  although,
}: ResendRefusalOptions): ResendRefusal | null {
  if (chain.some(({ status }) => underWay.includes(status))) return 'under-way';
  if (runStatus === null || runStatus === 'exited' || runStatus === 'cancelled') return 'run-left';
  if (!test && journeyState === 'stopped') return 'journey-stopped';
  if (!although && chain.some(({ status }) => taken.includes(status))) return 'already-sent';
  return Math.max(...chain.map(({ number }) => number)) >= mostResends ? 'too-often' : null;
}

/**
 * What the messages of a visit count for in the figures, together as one: each state that any of them reached once, and
 * what keeps the one that stands from arriving.
 */
export function measuresOf(chain: readonly ChainMember[]): Set<string> {
  const measures = new Set<string>();
  for (const { passed } of chain)
    for (const state of taken) if (passed.includes(state)) measures.add(`message:${state}`);
  const { status, reason } = standingOf(chain);
  const trouble = troubleMeasure(status, reason);
  if (trouble) measures.add(trouble);
  return measures;
}

function troubleMeasure(status: MessageStatus, reason: string | null): string | null {
  if (taken.includes(status) || underWay.includes(status)) return null;
  return status === 'suppressed' ? `message:suppressed:${reason ?? 'other'}` : `message:${status}`;
}

/** What a change of a visit's messages adds to the figures (1) and takes from them (-1). */
export function measureChanges(
  before: readonly ChainMember[],
  after: readonly ChainMember[],
): { measure: string; count: 1 | -1 }[] {
  const [was, is] = [measuresOf(before), measuresOf(after)];
  return [
    ...[...is].filter((measure) => !was.has(measure)).map((measure) => ({ measure, count: 1 as const })),
    ...[...was].filter((measure) => !is.has(measure)).map((measure) => ({ measure, count: -1 as const })),
  ];
}
