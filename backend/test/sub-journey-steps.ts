import type { ChildOf, Graph, JsonObject } from '@wend/contract';
import type { Step } from './graph-of.js';

/** Where a journey begins that others call; it is told an order. */
export function journeyEntry(next: string): Step {
  return {
    id: 'in',
    type: 'wend/entry-journey',
    config: { fields: [{ id: 'order', path: 'order' }] },
    to: { next },
  };
}

type Call = { journey: string; version?: number; inputs?: object; results?: string[]; to: Record<string, string> };

/** The card of a sub-journey. */
export function calls(id: string, { journey, version = 1, inputs = {}, results = [], to }: Call): Step {
  return {
    id,
    type: 'wend/sub-journey',
    config: {
      journey: { id: journey, name: 'Called', version, results: results.map((name) => ({ id: name, name })) },
      inputs: Object.entries(inputs).map(([name, value]) => ({ name, value: value as string })),
    },
    to,
  };
}

/** An end, whose reason is its id. */
export function exit(id: string, result?: string): Step {
  return { id, type: 'wend/exit', config: { reason: id, ...(result ? { result } : {}) } };
}

/** Writes down what it sees, and goes on. */
export function says(id: string, value: string, { to, undo }: { to: Record<string, string>; undo?: true }): Step {
  return {
    id,
    type: 'wend/change-traits',
    config: { traits: [{ name: 'said', do: 'set', value, type: 'auto' }], ...(undo ? { undo } : {}) },
    to,
  };
}

export function waits(id: string, next: string, days = 1): Step {
  return { id, type: 'wend/wait', config: { duration: { amount: days, unit: 'days' } }, to: { next } };
}

export function equals(left: object, value: unknown): JsonObject {
  return { op: 'compare', left, is: 'equals', value } as unknown as JsonObject;
}

/** The id of a journey that is in no database. */
export function idOf(name: string): string {
  return `00000000-0000-4000-8000-${name.padStart(12, '0')}`;
}

/** What is called, by names that `idOf` makes ids of. */
export function among(children: Record<string, Graph>): ChildOf {
  return ({ journey }) => {
    const found = Object.entries(children).find(([name]) => idOf(name) === journey);
    return found ? { name: found[0], graph: found[1] } : { refused: 'No such journey.', hint: 'Choose another.' };
  };
}
