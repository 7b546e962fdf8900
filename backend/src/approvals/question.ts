import { duration, durationSeconds } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';

const person = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), member: z.uuid() }),
  z.object({ kind: z.literal('address'), name: z.string().default(''), address: z.string() }),
]);

/** What the step says of its question, in the version that the run is on. */
const settings = z.object({
  question: z.string(),
  details: z.string().default(''),
  choices: z.array(z.object({ id: z.string(), label: z.string() })),
  people: z.array(z.object({ who: person }).transform(({ who }) => who)).default([]),
  remind: z.boolean().default(false),
  remindAfter: duration.default({ amount: 1, unit: 'days' }),
});
export type Question = z.output<typeof settings>;

export function questionOf(config: JsonObject): Question {
  return settings.parse(config);
}

/** Seconds after which those who were asked are reminded; null when they are not. */
export function remindAfterSeconds({ remind, remindAfter }: Question): number | null {
  return remind ? Math.round(durationSeconds(remindAfter)) : null;
}

type Texts = { question: string; details: string; addresses: string[] };

/** What is Liquid in it, by names. Nothing of it is HTML: whoever shows it escapes it. */
export function templatesOf(question: Question): Record<string, { source: string; escape: 'none' }> {
  const { question: asked, details, addresses } = written(question);
  const sources = {
    question: asked,
    details,
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
  };
}

/** As it stands in the step. */
export function written({ question, details, people }: Question): Texts {
  return { question, details, addresses: people.map((each) => (each.kind === 'address' ? each.address : '')) };
}
