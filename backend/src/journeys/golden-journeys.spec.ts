import type { Graph } from '@wend/contract';
import {
  addNode,
  approvalEvent,
  connect,
  emptyGraph,
  inlineSubJourneys,
  manifestsByKey,
  maximumNodes,
  messageEvents,
  validate,
} from '@wend/contract';
import { goldenJourneys } from '@wend/contract/fixtures';
import type { FixtureEvent } from '@wend/contract/fixtures';
import { compile, simulate } from '@wend/engine';
import type { SimulatedEvent } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes, subJourneyEnd } from '@wend/nodes';
import { describe, expect, it } from 'vitest';
import { answersOf } from '../../test/virtual-answers.js';

const start = Date.UTC(2026, 2, 2, 9);
const definitions = new Map([...builtInNodes, subJourneyEnd].map((node) => [nodeKey(node.manifest), node]));

function eventOf(event: FixtureEvent): SimulatedEvent {
  const at = start + event.afterSeconds * 1_000;
  if ('message' in event) return { at, name: messageEvents[event.message.state], messageOf: event.message.node };
  if ('name' in event) return { at, name: event.name, properties: event.properties };
  const { node, choice, note } = event.answer;
  const properties = { choice, answer: { choice, note, by: 'Ada' } };
  return { at, name: approvalEvent, properties, messageOf: node };
}

describe.each(goldenJourneys)('the golden journey "$name" on the virtual clock', ({ graph, cases, calls = [] }) => {
  it.each(cases)('$name', (given) => {
    const inlined = inlineSubJourneys(graph, {
      journey: 'itself',
      childOf: ({ journey }) => calls.find(({ id }) => id === journey) ?? { refused: 'It is not there.', hint: '' },
      manifests: manifestsByKey(builtInNodes.map((node) => node.manifest)),
    });
    expect(inlined.issues).toEqual([]);
    const compiled = compile({ graph: inlined.graph, definitions });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
    const { state, commands, goals } = simulate({
      program: compiled.program,
      at: start,
      seed: given.seed ?? 'seed',
      entry: given.entry,
      events: given.events.map(eventOf),
      answer: answersOf(given),
      goals: graph.settings.goals ?? [],
    });
    const { expect: expected } = given;
    const left = commands.findIndex(({ type }) => type === 'leaving');
    const passed = (some: typeof commands) =>
      some.flatMap((command) =>
        command.type === 'leave' && command.port !== null ? [`${command.node}:${command.port}`] : [],
      );
    const nodesOf = (...types: string[]) =>
      commands.flatMap((command) => (types.includes(command.type) && 'node' in command ? [command.node] : []));
    expect(passed(left < 0 ? commands : commands.slice(0, left))).toEqual(expected.path);
    expect(left < 0 ? [] : passed(commands.slice(left))).toEqual(expected.undone ?? []);
    expect(nodesOf('send')).toEqual(expected.messages);
    if (expected.acts) expect(nodesOf('act', 'change')).toEqual(expected.acts);
    if (expected.goals) expect(goals.map(({ goal }) => goal)).toEqual(expected.goals);
    expect(state.ended).toMatchObject({ outcome: expected.outcome, reason: expected.reason });
  });
});

describe('a journey of as many steps in a row as there can be', () => {
  const manifests = manifestsByKey(builtInNodes.map((node) => node.manifest));
  const steps = Array.from({ length: maximumNodes }, (_, index) => ({
    id: `n${index}`,
    type: index === 0 ? 'wend/entry-event' : 'wend/set-trait',
    version: 1,
    name: `n${index}`,
    position: { x: 0, y: 0 },
    config: index === 0 ? { event: 'Entry' } : { traits: [{ name: 'step', value: String(index) }] },
  }));
  const graph = steps.slice(1).reduce<Graph>(
    (made, step, index) => connect(made, { from: `n${index}`, port: 'next', to: step.id }),
    steps.reduce<Graph>((made, node) => addNode(made, { node }), emptyGraph()),
  );

  it('is valid, compiles and runs to its end without a wait', () => {
    expect(validate(graph, { manifests }).filter((issue) => issue.severity === 'error')).toEqual([]);
    const compiled = compile({ graph, definitions });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
    const { state, commands } = simulate({
      program: compiled.program,
      at: start,
      seed: 'seed',
      entry: { name: 'Entry', properties: {} },
    });
    expect(state.ended).toMatchObject({ outcome: 'completed' });
    expect(commands.filter((command) => command.type === 'enter')).toHaveLength(maximumNodes);
  });

  it('is not compiled when two lines leave one way out', () => {
    const compiled = compile({
      graph: { ...graph, edges: [...graph.edges, { id: 'again', from: 'n0', port: 'next', to: 'n2' }] },
      definitions,
    });
    expect(compiled).toMatchObject({
      ok: false,
      issues: [
        {
          code: 'port-with-two-edges',
          nodeId: 'n0',
          edgeId: 'again',
          message: 'Two lines leave “n0” on the path “next”. Each path can lead to only one step.',
        },
      ],
    });
  });
});
