import type { CallOutcome, Json, Rule } from '@wend/contract';

/** What a node's `run` comes to. `Port` keeps the names of ports, so that a wrong one does not compile. */
export type Outcome<Port extends string = string> =
  | { kind: 'done'; port: Port; output?: Json }
  | { kind: 'sleep'; until: number | { seconds: number }; memo?: Json }
  | { kind: 'waitFor'; event: string; where?: Rule; timeoutSeconds?: number; memo?: Json }
  | { kind: 'exit'; reason: string };

/** Leave by a port; later nodes can use the output as `{{ run.<nodeId>.<field> }}`. */
export function done<const Port extends string>(port: Port, output?: Json): Outcome<Port> {
  return { kind: 'done', port, ...(output === undefined ? {} : { output }) };
}

/**
 * Be called again, with `resume`, at an instant (a Date, or ms since 1970) or after so many seconds. `memo` comes back
 * then.
 */
export function sleep(until: Date | number | { seconds: number }, memo?: Json): Outcome<never> {
  return {
    kind: 'sleep',
    until: until instanceof Date ? until.getTime() : until,
    ...(memo === undefined ? {} : { memo }),
  };
}

/** Be called again, with `resume`, when the person does something, or when the time is up. */
export function waitFor(wait: { event: string; where?: Rule; timeoutSeconds?: number; memo?: Json }): Outcome<never> {
  return { kind: 'waitFor', ...wait };
}

/** End the person's run here. */
export function exit(reason: string): Outcome<never> {
  return { kind: 'exit', reason };
}

/** The outcome as the engine takes it: instants instead of spans. */
export function toCallOutcome(outcome: Outcome, now: number): CallOutcome {
  if (outcome.kind !== 'sleep') return outcome;
  const until = typeof outcome.until === 'number' ? outcome.until : now + outcome.until.seconds * 1_000;
  return { ...outcome, until: Math.round(until) };
}
