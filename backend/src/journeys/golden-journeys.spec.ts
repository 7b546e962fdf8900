import type { Fact, Graph, Json } from '@wend/contract';
import {
  addNode,
  connect,
  emptyGraph,
  manifestsByKey,
  maximumNodes,
  messageEvents,
  nextOnClock,
  validate,
  waitTimeOf,
} from '@wend/contract';
import { fixtures } from '@wend/contract/fixtures';
import { compile, simulate, valueAt } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes } from '@wend/nodes';
import { describe, expect, it } from 'vitest';

const start = Date.UTC(2026, 2, 2, 9);
const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));

describe.each(fixtures)('the golden journey "$name" on the virtual clock', ({ graph, cases }) => {
  it.each(cases)('$name', (expected) => {
    const compiled = compile({ graph, definitions });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
    const answer = (fact: Fact, at: number): Json | undefined => {
      if (fact.kind === 'trait') return valueAt(expected.traits, fact.path);
      if (fact.kind === 'reachable') return expected.reachable[fact.channel] ?? false;
      if (fact.kind === 'nextLocalTime')
        return nextOnClock({ at, zone: 'UTC', time: fact.time, weekdays: fact.weekdays });
      if (fact.kind === 'when') {
        const { time } = fact;
        const source = time.kind === 'date' ? time.of : null;
        const value =
          source?.source === 'trait'
            ? valueAt(expected.traits, source.path)
            : source?.source === 'value'
              ? source.value
              : undefined;
        return waitTimeOf({ time, value, now: at, zone: 'UTC' });
      }
      return null;
    };
    const events = expected.events.map((event) => {
      const at = start + event.afterSeconds * 1_000;
      return 'message' in event
        ? { at, name: messageEvents[event.message.state], messageOf: event.message.node }
        : { at, name: event.name, properties: event.properties };
    });
    const { state, commands } = simulate({
      program: compiled.program,
      at: start,
      seed: expected.seed ?? 'seed',
      entry: expected.entry,
      events,
      answer,
    });
    const path = commands.flatMap((command) =>
      command.type === 'leave' && command.port !== null ? [`${command.node}:${command.port}`] : [],
    );
    expect(path).toEqual(expected.expect.path);
    expect(commands.flatMap((command) => (command.type === 'send' ? [command.node] : []))).toEqual(
      expected.expect.messages,
    );
    expect(state.ended).toMatchObject({ outcome: expected.expect.outcome, reason: expected.expect.reason });
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
