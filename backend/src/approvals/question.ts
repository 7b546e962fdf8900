import { duration, durationSeconds } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';

const person = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), member: z.uuid() }),
  z.object({ kind: z.literal('address'), name: z.string().default(''), address: z.string() }),
]);

export type Person = z.output<typeof person>;

/** What the step says of its question, in the version that the run is on. */
const settings = z.object({
  question: z.string(),
  details: z.string().default(''),
  choices: z.array(z.object({ id: z.string(), label: z.string() })),
  people: z.array(z.object({ who: person }).transform(({ who }) => who)).default([]),
  remind: z.boolean().default(false),
  remindAfter: duration.default({ amount: 1, unit: 'days' }),
  escalate: z.boolean().default(false),
  escalateAfter: duration.default({ amount: 2, unit: 'days' }),
  escalateTo: person.optional(),
});
export type Question = z.output<typeof settings>;

export function questionOf(config: JsonObject): Question {
  return settings.parse(config);
}

/** Seconds after which those who were asked are reminded; null when they are not. */
export function remindAfterSeconds({ remind, remindAfter }: Question): number | null {
  return remind ? Math.round(durationSeconds(remindAfter)) : null;
}

/** Whom else to ask, and after how many seconds; null when it stays with those who were asked. */
export function escalationOf({
  escalate,
  escalateAfter,
  escalateTo,
}: Question): { who: Person; afterSeconds: number } | null {
  if (!escalate || !escalateTo) return null;
  return { who: escalateTo, afterSeconds: Math.round(durationSeconds(escalateAfter)) };
}

/** `escalation`: the address of whom else to ask; empty for members, and where there is nobody. */
type Texts = { question: string; details: string; addresses: string[]; escalation: string };

/** What is Liquid in it, by names. Nothing of it is HTML: whoever shows it escapes it. */
export function templatesOf(question: Question): Record<string, { source: string; escape: 'none' }> {
  const { question: asked, details, addresses, escalation } = written(question);
  const sources = {
    question: asked,
    details,
    escalation,
    ...Object.fromEntries(addresses.map((each, at) => [`address${at}`, each])),
  };
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, { source, escape: 'none' as const }]),
  );
}

/** The same after it was filled in. */
export function filledIn(question: Question, values: Record<string, string>): Texts {
  const as = written(question);
  return {
    question: values['question'] ?? as.question,
    details: values['details'] ?? as.details,
    addresses: as.addresses.map((each, at) => values[`address${at}`] ?? each),
    escalation: values['escalation'] ?? as.escalation,
  };
}

/** As it stands in the step. */
export function written({ question, details, people, escalateTo }: Question): Texts {
  return { question, details, addresses: people.map(addressOf), escalation: escalateTo ? addressOf(escalateTo) : '' };
}

function addressOf(who: Person): string {
  return who.kind === 'address' ? who.address : '';
}
