import type { Fact, Json } from '@wend/contract';
import { messageEvents } from '@wend/contract';
import { fixtures } from '@wend/contract/fixtures';
import { compile, simulate, valueAt } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes } from '@wend/nodes';
import { describe, expect, it } from 'vitest';
import { nextLocalTime } from '../enrollments/index.js';

const start = Date.UTC(2026, 2, 2, 9);
const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));

describe.each(fixtures)('the golden journey "$name" on the virtual clock', ({ graph, cases }) => {
  it.each(cases)('$name', (expected) => {
    const compiled = compile({ graph, definitions });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
    const answer = (fact: Fact, at: number): Json | undefined => {
      if (fact.kind === 'trait') return valueAt(expected.traits, fact.path);
      if (fact.kind === 'reachable') return expected.reachable[fact.channel] ?? false;
      if (fact.kind === 'nextLocalTime') return nextLocalTime({ at, zone: 'UTC', time: fact.time, weekdays: fact.weekdays });
      return null;
    };
    const events = expected.events.map((event) => {
      const at = start + event.afterSeconds * 1_000;
      return 'message' in event ? { at, name: messageEvents[event.message.state], messageOf: event.message.node } : { at, name: event.name, properties: event.properties };
    });
    const { state, commands } = simulate({ program: compiled.program, at: start, seed: expected.seed ?? 'seed', entry: expected.entry, events, answer });
    const path = commands.flatMap((command) => (command.type === 'leave' && command.port !== null ? [`${command.node}:${command.port}`] : []));
    expect(path).toEqual(expected.expect.path);
    expect(commands.flatMap((command) => (command.type === 'send' ? [command.node] : []))).toEqual(expected.expect.messages);
    expect(state.ended).toMatchObject({ outcome: expected.expect.outcome, reason: expected.expect.reason });
  });
});
