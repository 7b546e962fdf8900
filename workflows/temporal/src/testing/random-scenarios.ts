import type { CallOutcome, EventArm, Fact, Instruction, Program, Rule } from '@wend/contract';
import { digestFull } from '@wend/contract';
import { programFormat } from '@wend/engine';
import fc from 'fast-check';
import type { ClaimAnswer, FilledAnswer, Happening, Scenario, TimeAnswer } from './scenario.js';
import { undoings, withUndoings } from './random-undoings.js';

const start = Date.UTC(2026, 0, 1);
const names = ['A', 'B', 'C'];
const whereX: Rule = { op: 'compare', left: { source: 'property', path: 'p' }, is: 'equals', value: 'x' };

/** Told apart by their amounts: what they come to is drawn. */
const times = [1, 2, 3].map((amount): Fact => ({
  kind: 'when',
  time: { kind: 'after', amount, unit: 'days', leapDay: 'march1' },
}));
/** What fills in settings: told apart by their paths. */
const fillings = ['a', 'b'].map((path): Fact => ({ kind: 'trait', path }));
/** By which channels the person can be reached. */
const channels = ['email', 'push'];
const reaches = channels.map((channel): Fact => ({ kind: 'reachable', channel }));
const [passes, joins, lists] = [
  { kind: 'pass' as const, most: 1, withinSeconds: 60 },
  { kind: 'join' as const },
  { kind: 'list' as const },
].map((claim): Fact => ({ kind: 'claim', node: 'n0', claim }));
const facts = [...times, ...fillings, ...reaches, passes!, joins!, lists!];
const place = (fact: Fact | undefined): number => facts.findIndex((each) => each === fact);
const timeAnswers: fc.Arbitrary<TimeAnswer[]> = fc.array(
  fc.oneof(
    fc.constantFrom(0, 1, 5, 60, 3_600).map((seconds) => ({ at: start + seconds * 1_000 })),
    fc.constantFrom('next', 'past').map((port) => ({ port })),
  ),
  { minLength: times.length, maxLength: times.length },
);
const filledAnswers: fc.Arbitrary<FilledAnswer[]> = fc.array(
  fc.constantFrom<FilledAnswer>({ ok: true, values: { event: 'X' } }, { ok: false, path: 'event', message: 'Empty.' }),
  { minLength: fillings.length, maxLength: fillings.length },
);
const answers: fc.Arbitrary<Scenario['answers']> = fc
  .tuple(
    timeAnswers,
    filledAnswers,
    fc.array(fc.boolean(), { minLength: reaches.length, maxLength: reaches.length }),
    fc.tuple(
      fc.constantFrom<ClaimAnswer>({ port: 'next' }, { port: 'throttled' }),
      fc.constantFrom<ClaimAnswer>({ port: 'opened' }, { port: 'joined' }),
      fc.constant<ClaimAnswer>({ events: [], count: 1 }),
    ),
  )
  .map((all) => all.flat());

/**
 * Sizes that people draw: few nodes, waits of seconds to minutes, any targets, so loops, ends in the middle and places
 * that nobody gets to.
 */
const programs = ({ calls }: { calls: boolean }): fc.Arbitrary<Program> =>
  fc.integer({ min: 2, max: 7 }).chain((size) => {
    const target = (port: string) => fc.integer({ min: -1, max: size - 1 }).map((pc) => ({ port, pc }));
    const seconds = fc.constantFrom(1, 2, 5, 60);
    const eventArm: fc.Arbitrary<EventArm> = fc
      .record({ event: fc.constantFrom(...names), filtered: fc.boolean(), to: target('seen') })
      .map(({ event, filtered, to }) => ({
        event,
        target: { ...to, port: `seen ${event}` },
        ...(filtered ? { where: whereX } : {}),
      }));
    const messageArm: fc.Arbitrary<EventArm> = fc
      .record({ of: fc.integer({ min: 0, max: size - 1 }), to: target('opened') })
      .map(({ of, to }) => ({ event: 'Opened', messageOf: `n${of}`, target: to }));
    const waitFor = fc
      .record({
        arms: fc.array(fc.oneof({ weight: 3, arbitrary: eventArm }, { weight: 1, arbitrary: messageArm }), {
          minLength: 1,
          maxLength: 2,
        }),
        lookBack: fc.boolean(),
        late: target('late'),
        seconds: fc.option(seconds),
        fact: fc.option(fc.integer({ min: 0, max: times.length - 1 })),
        asks: fc.boolean(),
        several: fc.option(
          fc.array(
            fc.record({
              to: target('several'),
              counts: fc.uniqueArray(fc.record({ arm: fc.nat({ max: 1 }), times: fc.integer({ min: 1, max: 3 }) }), {
                minLength: 1,
                maxLength: 2,
                selector: ({ arm }) => arm,
              }),
            }),
            { minLength: 1, maxLength: 2 },
          ),
        ),
      })
      .map(({ arms, lookBack, late, seconds: most, fact, asks, several }) => ({
        op: 'waitFor' as const,
        ...(asks ? { asks } : {}),
        arms: arms.map((arm) => ({ ...arm, ...(lookBack ? { lookBack } : {}) })),
        ...(several === null
          ? {}
          : {
              ways: several.map(({ to, counts }, place) => ({
                target: { ...to, port: `several ${place}` },
                all: counts.map(({ arm, times }) => ({ arm: arm % arms.length, times })),
              })),
            }),
        ...(most === null ? {} : { timeout: { seconds: most, ...(fact === null ? {} : { fact }), target: late } }),
      }));
    const shapes: fc.WeightedArbitrary<object>[] = [
      { weight: 5, arbitrary: waitFor },
      {
        weight: 2,
        arbitrary: fc.record({
          op: fc.constant('send' as const),
          channel: fc.constant('email' as const),
          queued: target('queued'),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          op: fc.constant('wait' as const),
          until: seconds.map((each) => ({ seconds: each })),
          target: target('next'),
        }),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({ fact: fc.integer({ min: 0, max: times.length - 1 }), to: target('next'), past: target('past') })
          .map(({ fact, to, past }) => ({
            op: 'wait' as const,
            until: { fact },
            target: to,
            otherwise: [past],
          })),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({
            fact: fc.option(fc.integer({ min: times.length, max: times.length + fillings.length - 1 })),
            to: target('next'),
            failed: fc.option(target('failed')),
            changes: fc.boolean(),
          })
          .map(({ fact, to, failed, changes }) => ({
            op: 'act' as const,
            kind: 'emit-event',
            settings: fact === null ? { fixed: { event: 'X' } } : { fact },
            target: to,
            ...(failed ? { failed } : {}),
            ...(changes ? { changes } : {}),
          })),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          op: fc.constant('goto' as const),
          target: target('again'),
          most: fc.integer({ min: 1, max: 3 }),
          over: target('over'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          op: fc.constant('reach' as const),
          ways: fc
            .shuffledSubarray(channels, { minLength: 1 })
            .chain((some) =>
              fc.tuple(...some.map((channel) => target(channel).map((to) => ({ channel, target: to })))),
            ),
          otherwise: target('none'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc
          .record({ border: fc.constantFrom(0, 2 ** 31, 2 ** 32), a: target('a'), b: target('b') })
          .map(({ border, a, b }) => ({
            op: 'split' as const,
            arms: [
              { weight: 1, target: b, spans: border < 2 ** 32 ? [[border, 2 ** 32]] : [] },
              { weight: 1, target: a, spans: border > 0 ? [[0, border]] : [] },
            ],
          })),
      },
      {
        weight: 1,
        arbitrary: fc
          .record({
            fact: fc.option(fc.integer({ min: times.length, max: times.length + fillings.length - 1 })),
            to: target('next'),
            failed: fc.option(target('failed')),
          })
          .map(({ fact, to, failed }) => ({
            op: 'change' as const,
            settings: fact === null ? { fixed: { changes: [{ name: 'points', do: 'add', value: 1 }] } } : { fact },
            target: to,
            ...(failed ? { failed } : {}),
          })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(target('next'), target('throttled'))
          .map((targets) => ({ op: 'claim' as const, fact: place(passes), targets })),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({
            until: fc.oneof(
              seconds.map((each) => ({ seconds: each })),
              fc.integer({ min: 0, max: times.length - 1 }).map((fact) => ({ fact })),
            ),
            full: fc.boolean(),
            to: target('next'),
          })
          .map(({ until, full, to }) => ({
            op: 'digest' as const,
            join: place(joins),
            list: place(lists),
            until,
            ...(full ? { full } : {}),
            target: to,
          })),
      },
      { weight: 1, arbitrary: fc.constant({ op: 'end' as const, reason: 'done' }) },
      ...(calls
        ? [
            {
              weight: 2,
              arbitrary: fc.record({
                op: fc.constant('call' as const),
                activity: fc.constant('node.x.v1'),
                targets: target('done').map((to) => [to]),
                attempts: fc.constant(1),
                timeoutSeconds: fc.constant(1),
              }),
            },
          ]
        : []),
    ];
    const exits = fc.constantFrom<Program['exits']>(
      [],
      [],
      [{ id: 'out', event: 'Out' }],
      [{ id: 'out', event: 'A', where: whereX }],
    );
    return fc
      .record({
        nodes: fc.array(fc.oneof(...shapes), { minLength: size, maxLength: size }),
        exits,
        undone: undoings({ calls, size }),
      })
      .map(({ nodes, exits: criteria, undone }): Program => ({
        format: programFormat,
        ...withUndoings(
          nodes.map((node, index) => ({ node: `n${index}`, enter: true, ...node }) as Instruction),
          undone,
        ),
        facts,
        firstReads: [],
        exits: criteria,
        names: {},
        entryPaths: [],
        eventPaths: Object.fromEntries([...names, 'Out', 'Opened'].map((name) => [name, ['p']])),
      }));
  });

/** Few instants, so that much falls into the same one; some events tell late of what happened earlier. */
const happenings: fc.Arbitrary<Happening[]> = fc
  .array(
    fc.record({
      second: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 200 })),
      late: fc.constantFrom(0, 0, 0, 0, 3_000, 60_000, 3_600_000),
      what: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...names) },
        { weight: 1, arbitrary: fc.constant('Out') },
        { weight: 2, arbitrary: fc.constant('Opened') },
        { weight: 1, arbitrary: fc.constant(digestFull) },
      ),
      p: fc.constantFrom('x', 'y'),
      of: fc.integer({ min: 0, max: 6 }),
      visit: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    all
      .map(({ second, late, what, p, of, visit }): Happening => ({
        at: start + second * 1_000,
        happened: start + second * 1_000 - late,
        name: what,
        properties: { p },
        ...(what === 'Opened' || what === digestFull ? { messageOf: `n${of}`, visit } : {}),
      }))
      .sort((a, b) => a.at - b.at),
  );

const outages = fc
  .option(fc.record({ from: fc.integer({ min: 0, max: 20 }), long: fc.constantFrom(1, 7, 90, 1_800) }))
  .map((each) => (each ? [{ from: start + each.from * 1_000, to: start + (each.from + each.long) * 1_000 }] : []));

const outcomes: fc.Arbitrary<CallOutcome[]> = fc.constantFrom<CallOutcome[]>(
  [],
  [{ kind: 'waitFor', event: 'A' }],
  [{ kind: 'waitFor', event: 'B', timeoutSeconds: 5 }],
  [
    { kind: 'waitFor', event: 'A', where: whereX },
    { kind: 'waitFor', event: 'B' },
  ],
);
const callsOf = (ms: fc.Arbitrary<number>): fc.Arbitrary<Scenario['calls']> =>
  fc
    .array(fc.record({ ms, outcomes }), { minLength: 14, maxLength: 14 })
    .map((each) => Object.fromEntries(each.map((call, index) => [index < 7 ? `n${index}` : `u${index - 7}`, call])));

/** Any journey of a few steps with whatever may happen around it, outages and slow custom nodes included. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    program: programs({ calls: true }),
    entryAt: fc.constant(start),
    events: happenings,
    outages,
    calls: callsOf(fc.constantFrom(0, 1_000, 4_000)),
    answers,
    until: fc.constant(start + 4 * 3_600_000),
  })
  .filter(isDriven);

/** Such as `simulate` can play: nobody is away, and custom nodes answer at once. */
export const calmScenarios: fc.Arbitrary<Scenario> = fc
  .record({
    program: programs({ calls: true }),
    entryAt: fc.constant(start),
    events: happenings,
    outages: fc.constant<Scenario['outages']>([]),
    calls: callsOf(fc.constant(0)),
    answers,
    until: fc.constant(start + 4 * 3_600_000),
  })
  .filter(isDriven);

/**
 * A loop without a wait is refused when a journey is published, and timers alone would let one go round until the end.
 */
function isDriven({ program: { instructions } }: Scenario): boolean {
  return !instructions.some((_, pc) => circles(instructions, pc));
}

function circles(instructions: Instruction[], start: number): boolean {
  const open = [start];
  const seen = new Set<number>();
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    for (const next of freeTargets(instructions[pc])) {
      if (next === start) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return false;
}

/** Where people may get without anything happening outside. */
function freeTargets(instruction: Instruction | undefined): number[] {
  if (instruction?.op === 'send') return [instruction.queued.pc];
  // It goes back only so often.
  if (instruction?.op === 'goto') return instruction.over ? [instruction.over.pc] : [instruction.target.pc];
  if (instruction?.op === 'reach')
    return [...instruction.ways.map(({ target }) => target.pc), instruction.otherwise.pc];
  if (instruction?.op === 'split') return instruction.arms.map(({ target }) => target.pc);
  if (instruction?.op === 'act' || instruction?.op === 'change')
    return [instruction.target, instruction.failed].flatMap((target) => target?.pc ?? []);
  if (instruction?.op === 'wait') return [instruction.target, ...(instruction.otherwise ?? [])].map(({ pc }) => pc);
  if (instruction?.op === 'claim') return instruction.targets.map(({ pc }) => pc);
  if (instruction?.op === 'digest') return [instruction.target.pc];
  if (instruction?.op === 'waitFor') return instruction.timeout ? [instruction.timeout.target.pc] : [];
  return instruction?.op === 'call' ? instruction.targets.map((target) => target.pc) : [];
}
