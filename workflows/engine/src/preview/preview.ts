import type {
  CallOutcome,
  Command,
  Goal,
  JsonObject,
  PreviewPerson,
  PreviewSurroundings,
  Program,
  RunOutcome,
  Trace,
} from '@wend/contract';
import { simulate } from '../simulate.js';
import type { SimulatedEvent, Simulation } from '../simulate.js';
import { KnownPerson } from './known-person.js';
import type { RenderValues } from './known-person.js';

export type { RenderValues } from './known-person.js';

export type PreviewOptions = {
  program: Program;
  surroundings: PreviewSurroundings;
  person: PreviewPerson;
  /** When they come in, ms since 1970. */
  at: number;
  /** `node`: the entry, in journeys with several. */
  entry: { name: string; properties: JsonObject; node?: string | undefined };
  events?: readonly SimulatedEvent[];
  goals?: readonly Goal[];
  /** What is drawn by chance is drawn from it. */
  seed?: string | undefined;
  /** Without it, Liquid in the settings of steps is left as it is. */
  render?: RenderValues | undefined;
  /** What custom nodes come to; without it they take their first way. */
  call?: Simulation['call'];
  until?: number;
};

/** One passing of a step. Times in ms since 1970; `left` null: they are still in it. `port` null: the run ended there. */
export type PreviewVisit = {
  node: string;
  visit: number;
  at: number;
  left: number | null;
  port: string | null;
  trace?: Trace;
};

export type Preview = {
  visits: PreviewVisit[];
  messages: { node: string; visit: number; channel: string; at: number }[];
  /** `waiting`: nothing more happens by itself, or not before `until`. */
  outcome: RunOutcome | 'waiting';
  /** Why it ended: the reason of an exit step, or the id of an exit criterion. */
  reason: string | null;
  goals: { goal: string; at: number }[];
  /** What the preview does not model, or could not answer, in sentences. */
  leftOut: string[];
};

/** What a journey does with one person, without effects: on the virtual clock, with answers from what is known of them. */
export function previewRun(options: PreviewOptions): Preview {
  const { program, surroundings, person, at, entry, events = [], goals, seed, render, call, until } = options;
  const known = new KnownPerson({ person, surroundings, at, entry, events, render });
  const {
    state,
    commands,
    goals: hits,
    exhausted,
  } = simulate({
    program,
    at,
    seed: seed ?? 'preview',
    person: 'preview',
    ...(entry.node === undefined ? {} : { node: entry.node }),
    entry: { name: entry.name, properties: entry.properties },
    events: [...events],
    ...(goals ? { goals } : {}),
    ...(until === undefined ? {} : { until }),
    answer: (fact, now, set, _acts, changes) => known.answer({ fact, at: now, set, changes }),
    committed: (each) => known.committed(each),
    call: (command) => {
      if (call) return call(command);
      known.leftOut.add('Steps that call other systems are left out: people take their first path.');
      return firstPort(program, command);
    },
  });
  const messages = commands.flatMap((command) =>
    command.type === 'send'
      ? [{ node: command.node, visit: command.visit, channel: command.channel, at: command.at }]
      : [],
  );
  if (messages.length > 0)
    known.leftOut.add('Delivery is left out: quiet hours, message limits and what providers answer.');
  if (exhausted) known.leftOut.add('The run goes on: the preview stops after 10,000 steps.');
  return {
    visits: visitsOf(commands),
    messages,
    outcome: state.ended?.outcome ?? 'waiting',
    reason: state.ended?.reason ?? null,
    goals: hits.map(({ goal, event }) => ({ goal, at: event.time })),
    leftOut: [...known.leftOut],
  };
}

function firstPort({ instructions }: Program, { node }: Extract<Command, { type: 'call' }>): CallOutcome {
  const instruction = instructions.find((each) => each.node === node && each.op === 'call');
  return { kind: 'done', port: instruction?.op === 'call' ? (instruction.targets[0]?.port ?? '') : '' };
}

function visitsOf(commands: readonly Command[]): PreviewVisit[] {
  const visits: PreviewVisit[] = [];
  for (const command of commands) {
    if (command.type === 'enter')
      visits.push({ node: command.node, visit: command.visit, at: command.at, left: null, port: null });
    if (command.type !== 'leave') continue;
    const visit = visits.find((each) => each.node === command.node && each.visit === command.visit);
    if (!visit) continue;
    visit.left = command.at;
    visit.port = command.port;
    if (command.trace) visit.trace = command.trace;
  }
  return visits;
}
