import type { CallOutcome, EventArm, Fact, Instruction, Program, Rule } from '@wend/contract';
import { digestFull } from '@wend/contract';
import { programFormat } from '@wend/engine';
import fc from 'fast-check';
import type { ClaimAnswer, FilledAnswer, Happening, Scenario, TimeAnswer } from './scenario.js';
import { undoings, withUndoings } from './random-undoings.js';

const start = Date.UTC(2026, 0, 1);
const names = ['A', 'B', 'C'];
const results = ['n0.p', 'n1.p', 'n2.p'];
/** As an earlier step's result says; or where that result says so, whatever comes. */
const ofResults: Rule[] = results.flatMap((path): Rule[] => [
  { op: 'compare', left: { source: 'property', path: 'p' }, is: 'equals', value: { run: path } },
  { op: 'not', rule: { op: 'compare', left: { source: 'run', path }, is: 'equals', value: 'x' } },
]);
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
/** What rules about the person ask. */
const flags = ['one', 'two'].map((path): Fact => ({ kind: 'trait', path }));
const isSo = (path: string): Rule => ({ op: 'compare', left: { source: 'trait', path }, is: 'equals', value: true });
const personRules = ['one', 'two'].map(isSo);
const enough: Fact = { kind: 'capped', channel: 'email', topic: null };
const [passes, joins, lists] = [
  { kind: 'pass' as const, most: 1, withinSeconds: 60 },
  { kind: 'join' as const },
  { kind: 'list' as const },
].map((claim): Fact => ({ kind: 'claim', node: 'n0', claim }));
const facts = [...times, ...fillings, ...reaches, passes!, joins!, lists!, ...flags, enough];
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
    fc.array(fc.boolean(), { minLength: flags.length + 1, maxLength: flags.length + 1 }),
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
      .record({
        event: fc.constantFrom(...names),
        where: fc.option(fc.oneof(fc.constant(whereX), fc.constantFrom(...ofResults))),
        already: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.constantFrom(...personRules)),
        to: target('seen'),
      })
      .map(({ event, where, already, to }) => ({
        event,
        target: { ...to, port: `seen ${event}` },
        ...(where ? { where } : {}),
        ...(already ? { already } : {}),
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
        result: fc.constantFrom(null, {}, { paths: ['p'] }),
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
      .map(({ arms, lookBack, late, seconds: most, fact, asks, result, several }) => ({
        op: 'waitFor' as const,
        ...(asks ? { asks } : {}),
        ...(result ? { result } : {}),
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
        arbitrary: fc
          .record({ queued: target('queued'), none: fc.option(target('none')), capped: fc.option(target('enough')) })
          .map(({ queued, none, capped }) => ({
            op: 'send' as const,
            channel: 'email' as const,
            queued,
            ...(none ? { notReachable: none } : {}),
            ...(capped ? { capped } : {}),
          })),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({
            rules: fc.array(fc.constantFrom(...personRules, ...ofResults.filter(({ op }) => op === 'not')), {
              minLength: 1,
              maxLength: 2,
            }),
            to: fc.tuple(target('first'), target('second')),
            otherwise: target('else'),
          })
          .map(({ rules, to, otherwise }) => ({
            op: 'branch' as const,
            arms: rules.map((rule, index) => ({ rule, target: to[index]! })),
            otherwise,
          })),
      },
      {
        weight: 1,
        arbitrary: target('next').map((to) => ({ op: 'set' as const, traits: { seen: true }, target: to })),
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
        weight: 2,
        arbitrary: fc
          .record({
            fact: fc.option(fc.integer({ min: times.length, max: times.length + fillings.length - 1 })),
            p: fc.constantFrom('x', 'y'),
            to: target('inside'),
            failed: target('failed'),
          })
          .map(({ fact, p, to, failed }) => ({
            op: 'inputs' as const,
            settings: fact === null ? { fixed: { p } } : { fact },
            target: to,
            failed,
          })),
      },
      {
        weight: 1,
        arbitrary: fc
          .record({
            of: fc.integer({ min: 0, max: size - 1 }),
            result: fc.constantFrom(null, 'won'),
            to: target('out'),
          })
          .map(({ of, result, to }) => ({ op: 'result' as const, of: `n${of}`, result, target: to })),
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
      [
        { id: 'out', event: 'A', where: ofResults[0]! },
        { id: 'other', event: 'B', where: ofResults[2]! },
      ],
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
  [{ kind: 'done', port: 'done', output: { p: 'x' } }],
  [
    { kind: 'waitFor', event: 'A', where: ofResults[0]! },
    { kind: 'done', port: 'done', output: { p: 'y' } },
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

/** Published again as they are while people wait, at any time, also in the instant in which something else happens. */
export const followed: fc.Arbitrary<Scenario> = fc
  .tuple(scenarios, fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 4 }))
  .map(([scenario, seconds]) => ({
    ...scenario,
    moves: seconds.sort((a, b) => a - b).map((each) => ({ at: start + each * 500 })),
  }));

/** People are sent to other steps, at times at which nothing else happens. */
export const moved: fc.Arbitrary<Scenario> = fc
  .tuple(
    scenarios,
    fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 60 }), to: fc.nat({ max: 6 }) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ at }) => at,
    }),
  )
  .map(([scenario, moves]) => ({
    ...scenario,
    outages: [],
    moves: moves
      .sort((a, b) => a.at - b.at)
      // Waits are of whole seconds: what follows from one of them never falls on another.
      .map(({ at, to }, index) => ({ at: start + at * 1_000 + 100 * (index + 1), to: `n${to}` })),
  }));

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
  if (instruction?.op === 'send')
    return [instruction.queued, instruction.notReachable, instruction.capped].flatMap((target) => target?.pc ?? []);
  if (instruction?.op === 'branch')
    return [...instruction.arms.map(({ target }) => target), instruction.otherwise].map(({ pc }) => pc);
  if (instruction?.op === 'set') return [instruction.target.pc];
  // It goes back only so often.
  if (instruction?.op === 'goto') return instruction.over ? [instruction.over.pc] : [instruction.target.pc];
  if (instruction?.op === 'reach')
    return [...instruction.ways.map(({ target }) => target.pc), instruction.otherwise.pc];
  if (instruction?.op === 'split') return instruction.arms.map(({ target }) => target.pc);
  if (instruction?.op === 'result') return [instruction.target.pc];
  if (instruction?.op === 'act' || instruction?.op === 'change' || instruction?.op === 'inputs')
    return [instruction.target, instruction.failed].flatMap((target) => target?.pc ?? []);
  if (instruction?.op === 'wait') return [instruction.target, ...(instruction.otherwise ?? [])].map(({ pc }) => pc);
  if (instruction?.op === 'claim') return instruction.targets.map(({ pc }) => pc);
  if (instruction?.op === 'digest') return [instruction.target.pc];
  if (instruction?.op === 'waitFor') {
    // Where it is so already no time passes.
    const over = instruction.arms.some(({ already }) => already)
      ? [...instruction.arms, ...(instruction.ways ?? [])].map(({ target }) => target.pc)
      : [];
    return instruction.timeout ? [...over, instruction.timeout.target.pc] : over;
  }
  return instruction?.op === 'call' ? instruction.targets.map((target) => target.pc) : [];
}
