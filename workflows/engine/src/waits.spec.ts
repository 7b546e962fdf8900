import type { EventArm, Fact, Instruction, Json, JsonObject, Program } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { initialState, programFormat, reduce, simulate } from './index.js';
import type { SimulatedEvent, Simulation } from './index.js';

const start = Date.UTC(2026, 0, 1);
const day = 86_400_000;

function programOf(instructions: Instruction[], parts: Partial<Program> = {}): Program {
  return {
    format: programFormat,
    instructions,
    facts: [],
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
    ...parts,
  };
}
const to = (port: string, pc: number) => ({ port, pc });
const send = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'send',
  channel: 'email',
  queued: to('queued', next),
});
const wait = (node: string, ms: number, next: number): Instruction => ({
  node,
  enter: true,
  op: 'wait',
  until: { seconds: ms / 1_000 },
  target: to('next', next),
});
const waitFor = (node: string, arms: EventArm[], late?: { ms: number; next: number }): Instruction => ({
  node,
  enter: true,
  op: 'waitFor',
  arms,
  ...(late ? { timeout: { seconds: late.ms / 1_000, target: to('late', late.next) } } : {}),
});
const on = (event: string, next: number, more: Partial<EventArm> = {}): EventArm => ({
  event,
  target: to(event, next),
  ...more,
});

function run(program: Program, events: SimulatedEvent[], more: Partial<Simulation> = {}) {
  return simulate({
    program,
    at: start,
    seed: 'seed',
    entry: { name: 'Entry', properties: {} },
    events,
    until: start + 60 * day,
    maximumSteps: 500,
    ...more,
  });
}
function ports(program: Program, events: SimulatedEvent[], more: Partial<Simulation> = {}): string[] {
  return run(program, events, more).commands.flatMap((command) =>
    command.type === 'leave' ? [`${command.node}:${command.port ?? ''}`] : [],
  );
}
const at = (ms: number, name: string, more: Partial<SimulatedEvent> = {}): SimulatedEvent => ({
  at: start + ms,
  name,
  ...more,
});

describe('a message whose answer is waited for', () => {
  const hook: Instruction[] = [
    { node: 'hook', enter: true, op: 'send', channel: 'webhook', queued: to('queued', 1), stay: true },
    {
      node: 'hook',
      op: 'waitFor',
      arms: [on('Answered', 2, { messageOf: 'hook', keep: 'response', target: to('queued', 2) })],
      timeout: { seconds: day / 1_000, target: to('failed', -1) },
    },
    {
      node: 'branch',
      enter: true,
      op: 'branch',
      arms: [
        {
          rule: { op: 'compare', left: { source: 'run', path: 'hook.status' }, is: 'equals', value: 200 },
          target: to('fine', -1),
        },
      ],
      otherwise: to('other', -1),
    },
  ];
  const answered = at(5, 'Answered', { messageOf: 'hook', properties: { response: { status: 200 } } } as never);

  it('is one visit of the step, and what came is its output', () => {
    expect(ports(programOf(hook), [answered])).toEqual(['hook:queued', 'branch:fine']);
    const kept = run(programOf(hook), [answered]).commands;
    expect(kept).toContainEqual({ type: 'output', node: 'hook', output: { status: 200 } });
    expect(kept.filter(({ type }) => type === 'enter')).toHaveLength(2);
    expect(kept.filter(({ type }) => type === 'send')).toHaveLength(1);
  });

  it('goes on without one after the longest time', () => {
    expect(ports(programOf(hook), [])).toEqual(['hook:failed']);
  });
});

describe('looking back', () => {
  it('ends the same step once per event: a loop over it goes round as often as there are events', () => {
    const program = programOf([send('mail', 1), waitFor('wait', [on('A', 0, { lookBack: true })])]);
    const sent = run(program, [at(1, 'A'), at(2, 'A')]).commands.filter((command) => command.type === 'send');
    expect(sent).toHaveLength(3);
  });

  it('counts what another step was left by before', () => {
    const program = programOf([
      waitFor('first', [on('A', 1)]),
      wait('day', day, 2),
      waitFor('again', [on('A', 3, { lookBack: true })], { ms: day, next: -1 }),
      send('mail', -1),
    ]);
    expect(ports(program, [at(1, 'A')])).toEqual(['first:A', 'day:next', 'again:A', 'mail:queued']);
  });

  it('does not count the event that brought the run to the step', () => {
    const program = programOf([
      waitFor('first', [on('A', 1)]),
      waitFor('second', [on('A', -1, { lookBack: true })], { ms: day, next: -1 }),
    ]);
    expect(ports(program, [at(1, 'A')])).toEqual(['first:A', 'second:late']);
    expect(ports(program, [at(1, 'A'), at(1, 'A')])).toEqual(['first:A', 'second:A']);
  });

  it('does not reach into a later wait that has it off', () => {
    const program = programOf([
      wait('day', day, 1),
      waitFor('with', [on('A', 2, { lookBack: true })]),
      waitFor('without', [on('B', -1)], { ms: day, next: -1 }),
    ]);
    expect(ports(program, [at(1, 'A'), at(2, 'B')])).toEqual(['day:next', 'with:A', 'without:late']);
    expect(ports(program, [at(1, 'A'), at(day + 5, 'B')])).toEqual(['day:next', 'with:A', 'without:B']);
  });

  it('looks only at the message of this round', () => {
    const program = programOf([
      send('mail', 1),
      wait('day', day, 2),
      waitFor('read', [on('Opened', 3, { lookBack: true, messageOf: 'mail' })], { ms: 6 * day, next: 0 }),
      wait('rest', 6 * day, 0),
    ]);
    const way = ports(program, [at(10, 'Opened', { messageOf: 'mail' })], { until: start + 14 * day });
    expect(way).toEqual([
      'mail:queued',
      'day:next',
      'read:Opened',
      'rest:next',
      'mail:queued',
      'day:next',
      'read:late',
      'mail:queued',
    ]);
  });
});

describe('an event', () => {
  it('counts for the next wait when it is the second of two in one instant', () => {
    const program = programOf([waitFor('one', [on('X', 1)]), waitFor('two', [on('X', -1)])]);
    expect(ports(program, [at(0, 'X'), at(0, 'X')])).toEqual(['one:X', 'two:X']);
    const either = programOf([waitFor('one', [on('A', 1), on('B', 1)]), waitFor('two', [on('B', -1)])]);
    expect(ports(either, [at(0, 'A'), at(0, 'B')])).toEqual(['one:A', 'two:B']);
  });

  it('that happened before the wait opened does not end it, however late it comes', () => {
    const program = programOf([wait('hour', 3_600_000, 1), waitFor('wait', [on('A', -1)], { ms: day, next: -1 })]);
    expect(ports(program, [at(3_700_000, 'A', { happened: start })])).toEqual(['hour:next', 'wait:late']);
    expect(ports(program, [at(3_700_000, 'A', { happened: start + 3_600_001 })])).toEqual(['hour:next', 'wait:A']);
    const back = programOf([
      wait('hour', 3_600_000, 1),
      waitFor('wait', [on('A', -1, { lookBack: true })], { ms: day, next: -1 }),
    ]);
    expect(ports(back, [at(3_700_000, 'A', { happened: start })])).toEqual(['hour:next', 'wait:A']);
    expect(ports(back, [at(3_700_000, 'A', { happened: start - day })])).toEqual(['hour:next', 'wait:late']);
  });

  it('that came late and moved the run opens the next wait when it happened', () => {
    const program = programOf([waitFor('one', [on('A', 1)]), waitFor('two', [on('B', -1)])]);
    expect(
      ports(program, [
        at(3_600_000, 'A', { happened: start + 60_000 }),
        at(3_600_000, 'B', { happened: start + 120_000 }),
      ]),
    ).toEqual(['one:A', 'two:B']);
  });

  it('that ends the run and was received with the event that would begin it comes before the first step', () => {
    const program = programOf([send('mail', -1)], { exits: [{ id: 'paid', event: 'Paid' }] });
    const { commands, state } = run(program, [at(0, 'Paid')]);
    expect(state.ended).toEqual({ outcome: 'exited', reason: 'paid' });
    expect(commands.filter((command) => command.type === 'send')).toEqual([]);
  });
});

describe('a custom node', () => {
  const call: Instruction = {
    node: 'pay',
    enter: true,
    op: 'call',
    activity: 'node.x.v1',
    targets: [to('done', 1)],
    attempts: 1,
    timeoutSeconds: 1,
  };
  const exits: Program['exits'] = [
    {
      id: 'other',
      event: 'Other',
      where: { op: 'compare', left: { source: 'property', path: 'id' }, is: 'equals', value: 'x' },
    },
    {
      id: 'same',
      event: 'Same',
      where: { op: 'compare', left: { source: 'run', path: 'pay.wanted' }, is: 'equals', value: true },
    },
    {
      id: 'as-wanted',
      event: 'Same',
      where: {
        op: 'compare',
        left: { source: 'property', path: 'wanted' },
        is: 'equals',
        value: { run: 'pay.wanted' },
      },
    },
  ];

  it('whose answer an exit criterion asks for: it holds from the answer on', () => {
    const program = programOf([call, waitFor('wait', [on('Never', -1)], { ms: day, next: -1 })], { exits });
    const answers = (wanted: boolean): Partial<Simulation> => ({
      call: () => ({ kind: 'done', port: 'done', output: { wanted } }),
    });
    expect(run(program, [at(5, 'Same')], answers(true)).state.ended).toEqual({ outcome: 'exited', reason: 'same' });
    expect(run(program, [at(5, 'Same')], answers(false)).state.ended).toEqual({
      outcome: 'completed',
      reason: 'Reached the end',
    });
    expect(
      run(program, [at(5, 'Same')], answers(true))
        .commands.filter((command) => command.type === 'openExit')
        .map((command) => [command.criterion, command.again ?? false]),
    ).toEqual([
      ['other', false],
      ['same', false],
      ['as-wanted', false],
      ['same', true],
      ['as-wanted', true],
    ]);
    expect(
      run(program, [at(5, 'Same', { properties: { wanted: 'b' } })], {
        call: () => ({ kind: 'done', port: 'done', output: { wanted: 'b' } }),
      }).state.ended,
    ).toEqual({ outcome: 'exited', reason: 'as-wanted' });
  });

  it('that never lets time pass ends in a visible failure', () => {
    const circle = programOf([{ ...call, targets: [to('done', 0)] }]);
    expect(run(circle, []).state.ended).toEqual({
      outcome: 'failed',
      reason: 'More than 50 steps while no time passed: the journey goes round in a circle.',
    });
  });
});

it('a person may do more than 50 things in one instant', () => {
  const program = programOf([waitFor('wait', [on('A', 0)])]);
  const { state } = run(
    program,
    Array.from({ length: 80 }, () => at(1, 'A')),
  );
  expect(state.ended).toBeNull();
  expect(state.visits['wait']).toBe(81);
});

it('simulate keeps to its largest number of steps', () => {
  const program = programOf([waitFor('wait', [on('A', 0)])]);
  const result = run(
    program,
    Array.from({ length: 3_000 }, () => at(1, 'A')),
    { maximumSteps: 2_000 },
  );
  expect(result).toMatchObject({ exhausted: true });
  expect(result.steps).toHaveLength(2_000);
});

it('a thousand steps in a row are no circle', () => {
  const instructions = Array.from({ length: 1_000 }, (_, index) => send(`n${index}`, index + 1));
  expect(
    run(programOf([...instructions, { node: 'end', enter: true, op: 'end', reason: 'done' }]), []).state.ended,
  ).toEqual({ outcome: 'completed', reason: 'done' });
});

it.each([
  [true, true, 'mail:enough', 0],
  [true, false, 'mail:queued', 1],
  // Nobody is told that she had enough who could not be reached anyway.
  [false, true, 'mail:none', 0],
])('a message to who is reachable (%s) and has had enough (%s) leaves by %s', (reached, enough, way, sent) => {
  const mail = {
    node: 'mail',
    enter: true,
    op: 'send',
    channel: 'email',
    topic: 'offers',
    queued: to('queued', -1),
    notReachable: to('none', -1),
    capped: to('enough', -1),
    reads: [0, 1],
  } as Instruction;
  const facts: Fact[] = [
    { kind: 'reachable', channel: 'email' },
    { kind: 'capped', channel: 'email', topic: 'offers' },
  ];
  const program = programOf([mail], { facts, firstReads: [0, 1] });
  const answer = (fact: Fact): Json => (fact.kind === 'reachable' ? reached : enough);
  expect(ports(program, [], { answer })).toEqual([way]);
  expect(run(program, [], { answer }).commands.filter(({ type }) => type === 'send')).toHaveLength(sent);
});

describe('a wait until a time with reasons', () => {
  const program = programOf(
    [{ node: 'best', enter: true, op: 'wait', until: { fact: 0 }, target: to('next', -1), reads: [0] }],
    { facts: [{ kind: 'bestTime', withinHours: 24, otherwise: { by: 'everybody' } }], firstReads: [0] },
  );
  const best = { at: start + 5_000, hour: 20, confidence: 0.6, from: 'own', opens: 14, clicks: 0, visits: 2 };

  it('keeps them while it waits, and in the trace of how it ended', () => {
    const waiting = run(program, [], { answer: () => best, until: start });
    expect(waiting.state.wait).toMatchObject({ until: start + 5_000, because: best });
    const { commands } = run(program, [], { answer: () => best });
    expect(commands.find(({ type }) => type === 'leave')).toMatchObject({
      port: 'next',
      trace: { kind: 'timer', due: start + 5_000, because: best },
    });
  });

  it('fails in words where there is no time in the answer', () => {
    for (const answer of [{ hour: 20 }, [start], null, 'soon'])
      expect(run(program, [], { answer: () => answer as Json }).state.ended).toMatchObject({
        outcome: 'failed',
        reason: 'The time to wait for could not be worked out.',
      });
  });
});

describe('what a run sets itself', () => {
  const facts: Fact[] = [
    { kind: 'reachable', channel: 'email' },
    { kind: 'trait', path: 'address.city' },
    { kind: 'nextLocalTime', time: '09:00', weekdays: [] },
    { kind: 'eventCount', event: 'A' },
  ];
  const set = (traits: JsonObject): Instruction => ({
    node: 'set',
    enter: true,
    op: 'set',
    traits,
    target: to('next', 1),
  });
  const reachable = {
    node: 'mail',
    enter: true,
    op: 'send',
    channel: 'email',
    queued: to('queued', -1),
    notReachable: to('none', -1),
    reads: [0],
  } as Instruction;
  /** As the backend answers: from the traits with those of the run laid over them. */
  const answer = (fact: Fact, _at: number, traits: JsonObject = {}): Json =>
    fact.kind === 'reachable'
      ? Boolean(traits['email'])
      : fact.kind === 'nextLocalTime'
        ? start + (traits['timezone'] === 'Asia/Seoul' ? 1_000 : 9_000)
        : null;

  it('makes a person reachable at once', () => {
    expect(
      ports(programOf([set({ email: 'mina@example.com' }), reachable], { facts, firstReads: [0] }), [], { answer }),
    ).toEqual(['set:next', 'mail:queued']);
  });

  it('moves the time of day to the new zone', () => {
    const program = programOf(
      [
        set({ timezone: 'Asia/Seoul' }),
        { node: 'until', enter: true, op: 'wait', until: { fact: 2 }, target: to('next', -1), reads: [2] },
      ],
      { facts, firstReads: [2] },
    );
    expect(run(program, [], { answer, until: start }).state.wait).toMatchObject({ until: start + 1_000 });
  });

  it('takes away what lay inside', () => {
    const branch: Instruction = {
      node: 'b',
      enter: true,
      op: 'branch',
      arms: [
        {
          rule: { op: 'compare', left: { source: 'trait', path: 'address.city' }, is: 'exists' },
          target: to('yes', -1),
        },
      ],
      otherwise: to('else', -1),
      reads: [1],
    };
    const program = programOf([set({ address: null }), branch], { facts });
    const enrolled = {
      type: 'enrolled',
      at: start,
      seed: 's',
      facts: { 1: 'Seoul' },
      entry: { id: 'e', name: 'E', time: start, properties: {}, mark: { position: '1', snapshot: '', time: start } },
    } as const;
    expect(reduce(program, initialState(program), enrolled).commands).toContainEqual(
      expect.objectContaining({ type: 'leave', node: 'b', port: 'else' }),
    );
  });
});

describe('a random split', () => {
  const arms = [
    { weight: 50, target: to('a', 1) },
    { weight: 50, target: to('b', 1) },
    { weight: 0, target: to('c', 1) },
  ];
  const split = (by: 'person' | 'run', order = arms): Program =>
    programOf([{ node: 'split', enter: true, op: 'split', by, arms: order }, waitFor('wait', [on('A', 0)])]);
  const rounds = Array.from({ length: 20 }, (_, index) => at(index + 1, 'A'));
  const drawn = (program: Program, more: Partial<Simulation>) =>
    new Set(ports(program, rounds, more).filter((port) => port.startsWith('split')));

  it('leads the same way in every round of a run', () => {
    for (let index = 0; index < 20; index += 1)
      for (const by of ['person', 'run'] as const)
        expect(drawn(split(by), { seed: `run-${index}`, person: `person-${index}` }).size).toBe(1);
  });

  it('by person: the same way in each of her runs; by run: each run draws', () => {
    const ways = (by: 'person' | 'run') =>
      new Set(
        Array.from({ length: 20 }, (_, index) =>
          [...drawn(split(by), { seed: `run-${index}`, person: 'mina' })].join(),
        ),
      );
    expect(ways('person').size).toBe(1);
    expect(ways('run').size).toBe(2);
  });

  it('does not ask for the order of its ways', () => {
    for (let index = 0; index < 50; index += 1)
      expect(drawn(split('person', [...arms].reverse()), { person: `p${index}` })).toEqual(
        drawn(split('person'), { person: `p${index}` }),
      );
  });
});
