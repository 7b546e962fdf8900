import type { Json, Operand, RunAction } from '@wend/contract';
import type { Said } from '../consents/index.js';

/** What a run asked for that is not done yet, as its facts see it: done. */
export type Acted = {
  /** By segment, whether the person is in it. */
  segments: ReadonlyMap<string, boolean>;
  said: readonly Said[];
};

/** The kinds of actions that facts see. */
export const seenActs = ['change-segment', 'change-consent'] as const;

/** What these actions come to, the later over the earlier. */
export function actedBy(acts: readonly RunAction[]): Acted {
  const segments = new Map<string, boolean>();
  const said = new Map<string, Said>();
  for (const { kind, settings } of acts) {
    const { segment, change, channel, topic, state } = settings;
    if (kind === 'change-segment' && typeof segment === 'string') segments.set(segment, change === 'add');
    if (kind !== 'change-consent' || typeof channel !== 'string') continue;
    if (state !== 'subscribed' && state !== 'unsubscribed') continue;
    const about = typeof topic === 'string' ? topic : '';
    said.set(`${channel} ${about}`, { channel, topic: about, state, everything: false });
  }
  return { segments, said: [...said.values()] };
}

/** What a person said, with what the run made of it laid over it; who wants nothing at all goes on to. */
export function saidAfter(stored: readonly Said[], { said }: Acted): Said[] {
  const isSame = (one: Said, other: Said): boolean => one.channel === other.channel && one.topic === other.topic;
  return [
    ...stored.filter((each) => !said.some((other) => isSame(each, other))),
    ...said.map((each) => ({
      ...each,
      everything: each.state === 'unsubscribed' && stored.some((other) => isSame(each, other) && other.everything),
    })),
  ];
}

/** The answer to an operand that the run itself has decided; undefined where the database knows. */
export function actedOperand(operand: Operand, { segments, said }: Acted): Json | undefined {
  if (operand.source === 'segment') return segments.get(operand.segment);
  if (operand.source !== 'consent') return undefined;
  return said.find(({ channel, topic }) => channel === operand.channel && topic === (operand.topic ?? ''))?.state;
}
