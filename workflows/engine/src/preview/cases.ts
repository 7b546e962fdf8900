import { instantInUtc, readDate } from '@wend/contract/values';
import type { CaseEvent, Goal, Graph, JourneyCase, PreviewSurroundings, Program } from '@wend/contract';
import type { SimulatedEvent } from '../simulate.js';
import { previewRun } from './preview.js';
import type { Preview, RenderValues } from './preview.js';

export type CaseOptions = {
  program: Program;
  graph: Graph;
  surroundings: PreviewSurroundings;
  given: JourneyCase;
  render?: RenderValues | undefined;
};

export type CaseResult = {
  passed: boolean;
  /** One sentence for each thing that came out otherwise, or that the case names and there is not. */
  differences: string[];
  preview: Preview;
};

/** A Monday morning: when people of cases come in that say nothing else. */
const usualStart = 1_772_442_000_000;

/** Runs one case beside a journey and says what came out otherwise. */
export function runCase({ program, graph, surroundings, given, render }: CaseOptions): CaseResult {
  const steps = new Steps(graph);
  const seconds = (span: string) => surroundings.spanSeconds(span) ?? 0;
  const at = instantOf(given.entry.at) ?? usualStart;
  const entryNode = given.entry.step === undefined ? steps.firstEntry(program) : steps.find(given.entry.step);
  const entryEvent = entryNode === null ? undefined : graph.nodes[entryNode]?.config['event'];
  const preview = previewRun({
    program,
    surroundings,
    person: given.person,
    at,
    entry: {
      name: typeof entryEvent === 'string' ? entryEvent : '',
      properties: given.entry.properties,
      ...(program.entries && entryNode !== null ? { node: entryNode } : {}),
    },
    events: given.events.map((event) => eventOf({ event, at: at + seconds(event.after) * 1_000, steps, surroundings })),
    goals: (graph.settings.goals ?? []) as readonly Goal[],
    seed: given.seed,
    render,
  });
  const compared = new Compared({ preview, steps, at, surroundings, goals: graph.settings.goals ?? [] });
  const otherwise = compared.differences(given.expect);
  const differences = [...steps.unknown(), ...otherwise];
  return { passed: differences.length === 0, differences, preview };
}

/** The steps of a graph by their ids and names. */
class Steps {
  private readonly missing = new Set<string>();
  private readonly doubled = new Set<string>();

  constructor(private readonly graph: Graph) {}

  find(named: string): string | null {
    if (Object.hasOwn(this.graph.nodes, named)) return named;
    const found = Object.values(this.graph.nodes).filter(({ name }) => name === named);
    if (found.length === 0) this.missing.add(named);
    if (found.length > 1) this.doubled.add(named);
    return found[0]?.id ?? null;
  }

  nameOf(id: string): string {
    return `“${this.graph.nodes[id]?.name || id}”`;
  }

  firstEntry({ entries, instructions }: Program): string | null {
    return entries?.[0]?.node ?? instructions[0]?.node ?? null;
  }

  unknown(): string[] {
    return [
      ...[...this.missing].map((name) => `There is no step “${name}” in the journey.`),
      ...[...this.doubled].map((name) => `Several steps are called “${name}”: name it by its id.`),
    ];
  }
}

type EventOfOptions = { event: CaseEvent; at: number; steps: Steps; surroundings: PreviewSurroundings };

function eventOf({ event, at, steps, surroundings: { events } }: EventOfOptions): SimulatedEvent {
  if ('answer' in event) {
    const { answer: choice, note, of } = event;
    const properties = { choice, answer: { choice, note, by: 'Somebody' } };
    return { at, name: events.approval, properties, messageOf: steps.find(of) ?? of };
  }
  const { name, properties, ofMessage } = event;
  if (ofMessage === undefined) return { at, name, properties };
  const own = Object.hasOwn(events, name) ? events[name as keyof typeof events] : name;
  return { at, name: own, properties, messageOf: steps.find(ofMessage) ?? ofMessage };
}

/** ISO 8601 in UTC, as the schema has it. */
function instantOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const read = readDate(text);
  return read ? instantInUtc(read) : null;
}

type Expected = JourneyCase['expect'];
type Item = { step: string; detail: string; at: number };

class Compared {
  constructor(
    private readonly options: {
      preview: Preview;
      steps: Steps;
      at: number;
      surroundings: PreviewSurroundings;
      goals: readonly { id: string; name: string }[];
    },
  ) {}

  differences(expected: Expected): string[] {
    const { preview, goals } = this.options;
    const reached = preview.goals.map(({ goal }) => goal);
    return [
      ...(expected.path
        ? this.inOrder({
            what: 'step',
            expected: expected.path.map((each) => (typeof each === 'string' ? { step: each } : each)).map(portOf),
            got: preview.visits.map(({ node, port, at }) => ({ step: node, detail: port ?? '', at })),
          })
        : []),
      ...(expected.messages
        ? this.inOrder({
            what: 'message',
            expected: expected.messages
              .map((each) => (typeof each === 'string' ? { step: each } : each))
              .map(channelOf),
            got: preview.messages.map(({ node, channel, at }) => ({ step: node, detail: channel, at })),
          })
        : []),
      ...(expected.outcome !== undefined && expected.outcome !== preview.outcome
        ? [`Expected the run to be ${expected.outcome}, got ${preview.outcome}.`]
        : []),
      ...(expected.ends !== undefined && expected.ends !== preview.reason
        ? [
            `Expected it to end by “${expected.ends}”, got ${preview.reason === null ? 'no end' : `“${preview.reason}”`}.`,
          ]
        : []),
      ...(expected.goals ?? [])
        .filter((named) => !reached.includes(goals.find(({ id, name }) => named === id || named === name)?.id ?? ''))
        .map((named) => `Expected the goal “${named}” to be reached.`),
      ...(expected.goals && reached.length > expected.goals.length
        ? [`Expected ${expected.goals.length} goals to be reached, got ${reached.length}.`]
        : []),
    ];
  }

  /** Only the first that differs is told: all after it follows from it. */
  private inOrder({
    what,
    expected,
    got,
  }: {
    what: string;
    expected: { step: string; detail?: string | undefined; after?: string | undefined }[];
    got: Item[];
  }): string[] {
    const { steps, at, surroundings } = this.options;
    const after = (ms: number) => (ms === 0 ? 'at once' : `after ${surroundings.durationWords(ms / 1_000)}`);
    for (let index = 0; index < Math.max(expected.length, got.length); index += 1) {
      const wanted = expected[index];
      const came = got[index];
      const place = `${what} ${index + 1}`;
      const cameWords = came ? `${steps.nameOf(came.step)} ${after(came.at - at)}` : 'nothing more';
      if (!wanted) return [`Expected no ${place}, got ${cameWords}.`];
      const id = steps.find(wanted.step);
      if (id === null) continue;
      const due = wanted.after === undefined ? null : (surroundings.spanSeconds(wanted.after) ?? 0) * 1_000;
      const wantedWords = `${steps.nameOf(id)}${due === null ? '' : ` ${after(due)}`}`;
      if (came?.step !== id || (due !== null && Math.round((came.at - at - due) / 1_000) !== 0))
        return [`Expected ${wantedWords} as ${place}, got ${cameWords}.`];
      if (wanted.detail !== undefined && wanted.detail !== came.detail)
        return [`Expected ${steps.nameOf(id)} by “${wanted.detail}”, got “${came.detail}”.`];
    }
    return [];
  }
}

function portOf({ port, ...rest }: { step: string; port?: string | undefined; after?: string | undefined }) {
  return { ...rest, detail: port };
}

function channelOf({ channel, ...rest }: { step: string; channel?: string | undefined; after?: string | undefined }) {
  return { ...rest, detail: channel };
}
