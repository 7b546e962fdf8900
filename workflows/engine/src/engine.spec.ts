import { always } from '@wend/contract';
import type { Command, Fact, Input, Instruction, Json, Program, Rule } from '@wend/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsFrom, ownNeeds } from './formats/3/needs.js';
import { bindRule, evaluate, fold, initialState, programFormat, reduce, simulate } from './index.js';

const start = Date.UTC(2026, 0, 1);

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

/** Any program of these shapes with any targets: loops, ends in the middle, nothing reachable. */
const anyProgram: fc.Arbitrary<Program> = fc.integer({ min: 1, max: 8 }).chain((size) => {
  const target = (port: string) => fc.integer({ min: -1, max: size - 1 }).map((pc) => ({ port, pc }));
  const shape = fc.oneof(
    fc.record({ op: fc.constant('goto' as const), target: target('next') }),
    fc.record({
      op: fc.constant('send' as const),
      channel: fc.constant('email' as const),
      queued: target('queued'),
      notReachable: target('no'),
    }),
    fc.record({
      op: fc.constant('wait' as const),
      until: fc.record({ seconds: fc.integer({ min: 1, max: 1000 }) }),
      target: target('next'),
    }),
    fc.record({
      op: fc.constant('waitFor' as const),
      arms: target('a').map((to) => [{ event: 'A', target: to }]),
      timeout: fc.record({ seconds: fc.integer({ min: 1, max: 1000 }), target: target('late') }),
    }),
    fc.record({
      op: fc.constant('branch' as const),
      arms: target('yes').map((to) => [
        {
          rule: { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' } as Rule,
          target: to,
        },
      ]),
      otherwise: target('else'),
    }),
    fc.record({
      op: fc.constant('split' as const),
      arms: fc.tuple(target('a'), target('b')).map(([a, b]) => [
        { weight: 1, target: a },
        { weight: 2, target: b },
      ]),
    }),
    fc.record({
      op: fc.constant('call' as const),
      activity: fc.constant('node.x.v1'),
      targets: target('done').map((to) => [to]),
      attempts: fc.constant(1),
      timeoutSeconds: fc.constant(1),
    }),
    fc.record({ op: fc.constant('end' as const), reason: fc.constant('done') }),
  );
  return fc.array(shape, { minLength: size, maxLength: size }).map((shapes) =>
    programOf(
      shapes.map((each, index) => ({ node: `n${index}`, enter: true, ...each }) as Instruction),
      {
        facts: [
          { kind: 'reachable', channel: 'email' },
          { kind: 'trait', path: 'plan' },
        ],
        exits: [{ id: 'out', event: 'Out' }],
      },
    ),
  );
});
const happenings = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 5_000_000 }).map((ms) => start + ms),
    name: fc.constantFrom('A', 'B', 'Out'),
  }),
  { maxLength: 12 },
);

function run(program: Program, events: { at: number; name: string }[], seed = 'seed') {
  return simulate({
    program,
    at: start,
    seed,
    entry: { name: 'Entry', properties: {} },
    events,
    until: start + 10_000_000,
    maximumSteps: 60,
    answer: (fact: Fact): Json => (fact.kind === 'reachable' ? true : 'pro'),
  });
}

it('says of a program that a newer version compiled what it does not know', () => {
  const later = { node: 'n', enter: true, op: 'teleport' } as unknown as Instruction;
  expect(run(programOf([later]), []).state.ended).toEqual({
    outcome: 'failed',
    reason: 'This version of Wend does not know the instruction “teleport”.',
  });
});

describe('random programs with random events', () => {
  it('come to the same commands when they are run again', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        expect(run(program, events)).toEqual(run(program, events));
      }),
    );
  });

  it('come to the same state and commands when the recorded inputs are folded again', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        const first = run(program, events);
        const again = fold(
          { program, state: initialState(program) },
          first.steps.flatMap((step) => step.inputs),
        );
        expect(again.state).toEqual(first.state);
        expect(again.commands).toEqual(first.commands);
      }),
    );
  });

  it('come to what the interpreter before came to, which read in the program what stretches ask for', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        const instructions = program.instructions.map((each, pc) =>
          ownNeeds(program, each).length > 0 ? { ...each, reads: needsFrom(program, pc) } : each,
        );
        const before = run({ ...program, format: 2, instructions }, events);
        const now = run(program, events);
        expect(now.commands).toEqual(before.commands);
        expect({ ...now.state, format: 2 }).toEqual(before.state);
      }),
    );
  });

  it('never get stuck: a run has ended, or waits for a time or an event', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        const { state, exhausted } = run(program, events);
        expect(state.needs).toBeNull();
        if (exhausted) return;
        if (!state.ended) expect(state.wait && (state.wait.kind === 'events' || state.wait.kind === 'time')).toBe(true);
        if (!state.ended && state.wait?.kind !== 'call' && state.wait?.until !== null)
          expect(state.wait!.until).toBeGreaterThan(start + 9_000_000);
      }),
    );
  });

  it('leave every node that they enter, once, before they enter the next', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        const open: string[] = [];
        for (const command of run(program, events).commands) {
          if (command.type === 'enter') {
            expect(open).toEqual([]);
            open.push(`${command.node}#${command.visit}`);
          }
          if (command.type === 'leave') expect(open.pop()).toBe(`${command.node}#${command.visit}`);
        }
      }),
    );
  });

  it('do not change when an input comes a second time', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        let state = initialState(program);
        for (const input of run(program, events).steps.flatMap((step) => step.inputs)) {
          state = reduce(program, state, input).state;
          if (input.type === 'enrolled' || input.type === 'view') continue;
          const again = reduce(program, state, input);
          expect(again.commands).toEqual([]);
        }
      }),
    );
  });

  it('keep a state that survives JSON', () => {
    fc.assert(
      fc.property(anyProgram, happenings, (program, events) => {
        const { state } = run(program, events);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
    );
  });
});

describe('a stretch', () => {
  const ports = (commands: Command[]) =>
    commands.flatMap((command) => (command.type === 'leave' ? [`${command.node}:${command.port}`] : []));

  it('asks once for all facts that it may need, and goes on with the answers', () => {
    const rule = (path: string): Rule => ({ op: 'compare', left: { source: 'trait', path }, is: 'exists' });
    const program = programOf(
      [
        {
          node: 'a',
          enter: true,
          op: 'branch',
          arms: [{ rule: rule('x'), target: { port: 'yes', pc: 1 } }],
          otherwise: { port: 'else', pc: 1 },
          reads: [0, 1],
        },
        {
          node: 'b',
          enter: true,
          op: 'branch',
          arms: [{ rule: rule('y'), target: { port: 'yes', pc: -1 } }],
          otherwise: { port: 'else', pc: -1 },
          reads: [1],
        },
      ],
      {
        facts: [
          { kind: 'trait', path: 'x' },
          { kind: 'trait', path: 'y' },
        ],
      },
    );
    const enrolled: Input = {
      type: 'enrolled',
      at: start,
      seed: 's',
      entry: { id: 'e', name: 'E', time: start, properties: {}, mark: { position: '1', snapshot: '', time: start } },
    };
    const first = reduce(program, initialState(program), enrolled);
    expect(first.state.needs).toEqual([0, 1]);
    const second = reduce(program, first.state, { type: 'view', at: start, facts: { 0: 'here', 1: null } });
    expect(ports([...first.commands, ...second.commands])).toEqual(['a:yes', 'b:else']);
    expect(second.state.ended).toEqual({ outcome: 'completed', reason: 'Reached the end' });
  });

  it('fails a circle without a wait instead of running for ever', () => {
    const program = programOf([{ node: 'a', enter: true, op: 'goto', target: { port: 'next', pc: 0 } }]);
    expect(run(program, []).state.ended?.outcome).toBe('failed');
  });

  it('splits by weight: near enough over many people, the same for one', () => {
    const program = programOf([
      {
        node: 's',
        enter: true,
        op: 'split',
        arms: [
          { weight: 70, target: { port: 'a', pc: -1 } },
          { weight: 30, target: { port: 'b', pc: -1 } },
        ],
      },
    ]);
    const drawn = Array.from({ length: 4_000 }, (_, index) => ports(run(program, [], `person-${index}`).commands)[0]);
    expect(drawn.filter((port) => port === 's:a').length / drawn.length).toBeCloseTo(0.7, 1);
  });

  it('sees what it set itself', () => {
    const program = programOf(
      [
        { node: 'set', enter: true, op: 'set', traits: { plan: 'pro' }, target: { port: 'next', pc: 1 } },
        {
          node: 'b',
          enter: true,
          op: 'branch',
          arms: [
            {
              rule: { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' },
              target: { port: 'yes', pc: -1 },
            },
          ],
          otherwise: { port: 'else', pc: -1 },
          reads: [0],
        },
      ],
      { facts: [{ kind: 'trait', path: 'plan' }], firstReads: [0] },
    );
    const enrolled: Input = {
      type: 'enrolled',
      at: start,
      seed: 's',
      facts: { 0: 'free' },
      entry: { id: 'e', name: 'E', time: start, properties: {}, mark: { position: '1', snapshot: '', time: start } },
    };
    expect(ports(reduce(program, initialState(program), enrolled).commands)).toEqual(['set:next', 'b:yes']);
  });
});

describe('rules', () => {
  const compare = (
    is: Extract<Rule, { op: 'compare' }>['is'],
    value?: Extract<Rule, { op: 'compare' }>['value'],
  ): Rule => ({ op: 'compare', left: { source: 'property', path: 'a.b' }, is, value });
  const holdsFor = (rule: Rule, property: Json | undefined) =>
    evaluate(rule, { property: { a: property === undefined ? {} : { b: property } }, entry: { id: 7, name: 'x' } })
      .result;

  it.each<[Rule, Json | undefined, boolean]>([
    [compare('equals', 'x'), 'x', true],
    [compare('equals', 5), '5', true],
    [compare('equals', ''), 0, false],
    [compare('equals', true), 'true', true],
    [compare('equals', { entry: 'id' }), 7, true],
    [compare('equals', { entry: 'missing' }), undefined, false],
    [compare('notEquals', 'x'), undefined, true],
    [compare('greaterThan', 9), '10', true],
    [compare('greaterThan', '2026-01-01'), '2026-02-01', true],
    [compare('atLeast', 3), null, false],
    [compare('lessThan', 3), undefined, false],
    [compare('contains', 'b'), 'abc', true],
    [compare('contains', 'b'), ['a', 'b'], true],
    [compare('notContains', 'b'), undefined, true],
    [compare('startsWith', 'ab'), 'abc', true],
    [compare('oneOf', ['x', 'y']), 'y', true],
    [compare('exists'), null, false],
    [compare('notExists'), undefined, true],
  ])('%j on %j is %j', (rule, value, expected) => expect(holdsFor(rule, value)).toBe(expected));

  it('mean the same after the values of the entry event are bound in', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const leaf = fc.record({
      op: fc.constant('compare' as const),
      left: fc.oneof(
        fc.constant({ source: 'property', path: 'p' } as const),
        fc.constant({ source: 'entry', path: 'e' } as const),
      ),
      is: fc.constantFrom(
        'equals',
        'notEquals',
        'greaterThan',
        'contains',
        'notContains',
        'startsWith',
        'exists',
        'notExists' as const,
      ),
      value: fc.oneof(
        scalar,
        fc.constantFrom(
          { entry: 'e' },
          { entry: 'none' },
          { run: 'order.id' },
          { run: 'order.none' },
          { run: 'never.id' },
        ),
      ),
    }) as fc.Arbitrary<Rule>;
    const rules = fc.letrec<{ rule: Rule }>((tie) => ({
      rule: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.record({
          op: fc.constantFrom('all' as const, 'any' as const),
          rules: fc.array(tie('rule'), { maxLength: 3 }),
        }),
        fc.record({ op: fc.constant('not' as const), rule: tie('rule') }),
      ),
    })).rule;
    fc.assert(
      fc.property(rules, scalar, scalar, scalar, (rule, p, e, id) => {
        const property = { p };
        const entry = { e };
        const run = { order: { id } };
        expect(evaluate(bindRule(rule, { entry, run }), { property }).result).toBe(
          evaluate(rule, { property, entry, run }).result,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('hold for everything when they say nothing', () => expect(evaluate(always, {}).result).toBe(true));
});
