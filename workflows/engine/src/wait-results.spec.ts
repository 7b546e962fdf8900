import type { EventArm, Fact, Instruction, Json, Program, Rule } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { resultReads } from './result-reads.js';
import { simulate } from './simulate.js';
import type { SimulatedEvent } from './simulate.js';
import { resultOfWait } from './wait-result.js';

const start = Date.UTC(2026, 0, 1);
const to = (port: string, pc: number) => ({ port, pc });
const end: Instruction = { node: 'end', enter: true, op: 'end', reason: 'done' };
const sameOrder: Rule = {
  op: 'compare',
  left: { source: 'property', path: 'order' },
  is: 'equals',
  value: { run: 'ordered.order' },
};

function programOf(instructions: Instruction[], facts: Fact[] = []): Program {
  return {
    format: 3,
    instructions,
    facts,
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
  };
}
const wait = (node: string, arms: EventArm[], more: object = {}): Instruction => ({
  node,
  enter: true,
  op: 'waitFor',
  arms,
  ...more,
});

function run(program: Program, events: SimulatedEvent[], facts: Record<string, Json> = {}) {
  const { state, commands, steps } = simulate({
    program,
    at: start,
    seed: 's',
    entry: { name: 'Entry', properties: {} },
    events,
    answer: (fact) => (fact.kind === 'trait' ? (facts[fact.path] ?? null) : null),
  });
  const left = commands.flatMap((command) => (command.type === 'leave' ? [command] : []));
  return { state, commands, steps, path: left.map(({ node, port }) => `${node}:${port}`), left };
}
const at = (seconds: number, name: string, properties: Record<string, Json> = {}): SimulatedEvent => ({
  at: start + seconds * 1_000,
  name,
  properties,
});

describe('what a wait came to', () => {
  const program = programOf([
    wait('ordered', [{ event: 'Ordered', target: to('ordered', 1) }], { result: { paths: ['order'] } }),
    wait('paid', [{ event: 'Paid', where: sameOrder, target: to('paid', 2) }], {
      timeout: { seconds: 60, target: to('late', 2) },
    }),
    end,
  ]);

  it('is kept, and later waits take only events that fit it', () => {
    const { state, commands, path, left } = run(program, [
      at(1, 'Ordered', { order: 'o-1', total: 5 }),
      at(2, 'Paid', { order: 'o-2' }),
      at(3, 'Paid', { order: 'o-1' }),
    ]);
    expect(path).toEqual(['ordered:ordered', 'paid:paid', 'end:null']);
    expect(state.run).toEqual({ ordered: { order: 'o-1', event: 'Ordered', time: '2026-01-01T00:00:01.000Z' } });
    const opened = commands.findLast((command) => command.type === 'openWait');
    // Where events are matched the run is not at hand.
    expect(opened).toMatchObject({ arms: [{ where: { value: 'o-1' } }] });
    expect(left[1]?.trace).toMatchObject({ trace: { rule: { value: 'o-1' }, seen: 'o-1', result: true } });
    expect(run(program, [at(1, 'Ordered', { order: 'o-1' }), at(3, 'Paid', { order: 'o-2' })]).path).toContain(
      'paid:late',
    );
  });

  it('equals nothing where the event came without it', () => {
    expect(run(program, [at(1, 'Ordered'), at(3, 'Paid')]).path).toContain('paid:late');
  });

  it('lists all events where several were waited for, and stays as it was when the time is up', () => {
    const both = programOf([
      wait(
        'both',
        [
          { event: 'A', target: to('x', 1) },
          { event: 'B', target: to('x', 1) },
        ],
        {
          ways: [
            {
              target: to('both', 1),
              all: [
                { arm: 0, times: 1 },
                { arm: 1, times: 2 },
              ],
            },
          ],
          timeout: { seconds: 60, target: to('late', 1) },
          result: {},
        },
      ),
      end,
    ]);
    const { state, commands } = run(both, [at(1, 'B', { n: 1 }), at(2, 'A', { n: 2 }), at(3, 'B', { n: 3 })]);
    expect(state.run['both']).toMatchObject({ n: 3, event: 'B', count: 3, events: [{ n: 1 }, { n: 2 }, { n: 3 }] });
    // Which properties are read cannot be told: all of them come.
    expect(commands.find((command) => command.type === 'openWait')).toMatchObject({ whole: true });
    expect(run(both, [at(1, 'B')]).state.run).toEqual({});
  });

  it('has its own words before properties, and says what there was no room for', () => {
    const properties = { event: 'mine', time: 'mine', long: 'x'.repeat(16_000), short: 1 };
    expect(resultOfWait({}, { event: { name: 'A', time: start, properties } })).toEqual({
      event: 'A',
      time: '2026-01-01T00:00:00.000Z',
      short: 1,
      leftOut: ['long'],
    });
    const many = Array.from({ length: 100 }, (_, arm) => ({
      arm,
      event: { id: String(arm), name: 'A', time: start, properties: { text: 'y'.repeat(1_000) }, mark: null as never },
    }));
    const result = resultOfWait({}, { event: many[99]!.event, gathered: many });
    expect(JSON.stringify(result).length).toBeLessThan(26_000);
    expect(result).toMatchObject({ count: 100, text: 'y'.repeat(1_000) });
  });
});

describe('what is so already', () => {
  const is = (path: string): Rule => ({ op: 'compare', left: { source: 'trait', path }, is: 'equals', value: true });
  const facts: Fact[] = [
    { kind: 'trait', path: 'in' },
    { kind: 'trait', path: 'next' },
  ];
  const entered = (next: number): EventArm => ({ event: 'Entered', already: is('in'), target: to('entered', next) });

  it('lets people go on at once, with what comes after it known in the same read', () => {
    const program = programOf(
      [
        wait('segment', [{ event: 'A', target: to('a', 1) }, entered(1)], {
          timeout: { seconds: 60, target: to('late', 1) },
          result: {},
        }),
        {
          node: 'branch',
          enter: true,
          op: 'branch',
          arms: [{ rule: is('next'), target: to('yes', 2) }],
          otherwise: to('no', 2),
        },
        end,
      ],
      facts,
    );
    const { path, steps, left, commands, state } = run(program, [], { in: true, next: true });
    expect(path).toEqual(['segment:entered', 'branch:yes', 'end:null']);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.inputs.map(({ type }) => type)).toEqual(['enrolled', 'view']);
    expect(left[0]?.trace).toMatchObject({
      kind: 'already',
      port: 'entered',
      met: [{ arm: 1, trace: { seen: true } }],
    });
    expect(commands.some(({ type }) => type === 'openWait')).toBe(false);
    expect(state.run).toEqual({ segment: { event: null, time: null } });
    expect(run(program, [at(5, 'Entered')]).path[0]).toBe('segment:entered');
    expect(run(program, []).path[0]).toBe('segment:late');
  });

  it('counts once among several, and the rest is waited for', () => {
    const program = programOf(
      [
        wait('all', [entered(1), { event: 'A', target: to('x', 1) }], {
          ways: [
            {
              target: to('all', 1),
              all: [
                { arm: 0, times: 1 },
                { arm: 1, times: 2 },
              ],
            },
            { target: to('twice', 1), all: [{ arm: 0, times: 2 }] },
          ],
          timeout: { seconds: 60, target: to('late', 1) },
        }),
        end,
      ],
      facts,
    );
    const known = { in: true };
    expect(run(program, [at(1, 'A'), at(2, 'A')], known).path[0]).toBe('all:all');
    expect(run(program, [at(1, 'A')], known).path[0]).toBe('all:late');
    expect(run(program, [at(1, 'A'), at(2, 'Entered')], known).path[0]).toBe('all:twice');
    expect(run(program, [at(1, 'A'), at(2, 'A')]).path[0]).toBe('all:late');
    expect(run(program, [at(1, 'A'), at(2, 'A')], known).left[0]?.trace).toMatchObject({
      kind: 'event',
      met: [{ arm: 0 }],
    });
  });
});

it.each<[Json, { of?: Record<string, string[]>; all?: string[]; everything?: true }]>([
  [{ left: { source: 'run', path: 'wait.order.id' } }, { of: { wait: ['order.id'] } }],
  [{ value: { run: 'wait["order.id"]' } }, { of: { wait: ['["order.id"]'] } }],
  [{ kind: 'run', node: 'wait', field: 'at' }, { of: { wait: ['at'] } }],
  ['{{ run.wait.order_id }} {% if run["other"].total > 5 %}', { of: { wait: ['order_id'], other: ['total'] } }],
  [
    '{% for item in run.wait.items %}{{ item.name }}{% endfor %}{{ run.wait.text.size }}',
    { of: { wait: ['items', 'text'] } },
  ],
  ['{{ run.wait.items[0].name }} {{ run.wait["a b"].c | upcase }}', { of: { wait: ['items', 'a b.c'] } }],
  ['{% assign all = run.wait %}', { all: ['wait'] }],
  ['{{ run[profile.step].x }}', { everything: true }],
  ['{% assign all = run %}', { everything: true }],
  ['{{ run.wait[name] }}', { all: ['wait'] }],
  ['{{ profile.run.wait.x }} {{ rerun.wait.x }} run.wait.x {{ running.x }}', {}],
])('%j reads %j of results', (settings, { of = {}, all = [], everything = false }) => {
  const reads = resultReads([settings]);
  expect(Object.fromEntries([...reads.of].map(([node, paths]) => [node, [...paths]]))).toEqual(of);
  expect([...reads.all]).toEqual(all);
  expect(reads.everything).toBe(everything);
});
