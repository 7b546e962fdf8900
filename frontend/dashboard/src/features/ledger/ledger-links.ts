import type { LedgerStep } from '@wend/contract';
import { startOfDay } from '@/lib/day-range';

export type LedgerRange = { version: string | undefined; from: string | undefined; to: string | undefined };
/** The figures that messages stand behind. */
export type LedgerDoor = { status: string; reason?: string };

export const doors = {
  expected: { status: '' },
  queued: { status: 'queued,sending' },
  sent: { status: 'sent' },
  delivered: { status: 'delivered,opened,clicked' },
  bounced: { status: 'bounced' },
  failed: { status: 'failed' },
  unknown: { status: 'unknown' },
} as const satisfies Partial<Record<keyof LedgerStep, LedgerDoor>>;

/** The list of exactly those messages that a figure counts. */
export function messagesHref(
  { status, reason }: LedgerDoor,
  { journeyId, node, range }: { journeyId: string; node: string; range: LedgerRange },
): string {
  const search = new URLSearchParams({ journey: journeyId, node, standing: 'true' });
  const more = { status, reason, version: range.version, reachedFrom: range.from, reachedTo: range.to };
  for (const [name, value] of Object.entries(more)) if (value) search.set(name, value);
  return `/outbox?${search}`;
}

/** All that can be sent again. */
export function missingOf(step: Pick<LedgerStep, 'missing'>, kinds = Object.keys(step.missing)): number {
  return kinds.reduce((sum, kind) => sum + (step.missing[kind] ?? 0), 0);
}

/** What is ticked at first: what surely did not arrive, and can now. */
export function firstKinds(step: Pick<LedgerStep, 'missing'>): string[] {
  return Object.keys(step.missing).filter((kind) => kind === 'failed' || kind === 'suppressed:no-provider');
}

export const ledgerKey = (journeyId: string) => ['ledger', journeyId] as const;

export function instants({ version, from, to }: LedgerRange) {
  const [first, end] = [startOfDay(from), startOfDay(to, { plus: 1 })];
  return {
    ...(version !== undefined && /^\d{1,9}$/.test(version) && { version: Number(version) }),
    ...(first !== undefined && { from: first }),
    ...(end !== undefined && { to: end }),
  };
}
export type Instants = ReturnType<typeof instants>;
