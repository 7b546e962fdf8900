import type { Command, Graph, JourneySettings } from '@wend/contract';
import { builtInNodes } from '@wend/nodes';
import { describe, expect, it } from 'vitest';
import { entry, graphOf } from '../../test/graph-of.js';
import type { Step } from '../../test/graph-of.js';
import { among, calls, equals, exit, idOf, journeyEntry, says, waits } from '../../test/sub-journey-steps.js';
import { play } from '../../test/virtual-answers.js';
import { readTemplate } from '../content/index.js';
import { compileDraft } from './draft-check.js';
import { NodeRegistry } from './node-registry.js';

/** What sub-journeys do, with the real steps, compiled as they are published and run on the virtual clock. */

const start = Date.UTC(2026, 2, 2, 9);
const day = 86_400_000;
const registry = new NodeRegistry(builtInNodes);
const published = (graph: Graph, children: Record<string, Graph>) =>
  compileDraft({
    journey: 'top',
    graph,
    registry,
    childOf: among(children),
    surroundings: {
      templates: { read: readTemplate, names: { events: [], traits: [] } },
      channelTemplates: [],
      topics: [],
      country: 'KR',
      withoutProvider: [],
      personChannels: ['email'],
    },
  });

const property = (path: string) => ({ source: 'property', path });

const wayOf = (commands: readonly Command[]) =>
  commands.flatMap((each) => (each.type === 'leave' && each.port !== null ? [`${each.node}:${each.port}`] : []));
const saidIn = (commands: readonly Command[]) =>
  commands.flatMap((each) =>
    each.type === 'change'
      ? [`${each.node} ${String(each.changes[0] && 'value' in each.changes[0] ? each.changes[0].value : '')}`]
      : [],
  );

describe('inputs', () => {
  const child = graphOf([
    journeyEntry('tell'),
    says('tell', '{{ entry.order }} {{ event.note }}', { to: { next: 'out' } }),
    exit('out'),
  ]);

  it('are there before a step inside says them, in the wake-up that leads in', () => {
    const { program } = published(
      graphOf([
        entry('Came', 'before'),
        says('before', '{{ entry.order }}', { to: { next: 'a' } }),
        calls('a', {
          journey: idOf('1'),
          inputs: { order: 'A-{{ entry.order }}', note: '{{ profile.plan }}' },
          to: { done: 'after' },
        }),
        says('after', '{{ run.a.order }} by {{ run.a.result | default: "the end" }}', { to: { next: 'end' } }),
        exit('end'),
      ]),
      { 1: child },
    );
    const { commands, steps } = play(program, { properties: { order: 7 }, traits: { plan: 'pro' } });
    expect(saidIn(commands)).toEqual(['before 7', 'a~tell A-7 pro', 'after A-7 by the end']);
    // Everything in one step: what it asks for while it runs is no wake-up.
    expect(steps).toHaveLength(1);
  });

  it('are asked for with all the rest, and are no reason to ask again where nothing inside reads them', () => {
    const tells = (id: string, value: string, next: string): Step => ({
      id,
      type: 'wend/emit-event',
      config: { event: 'Told', properties: [{ name: 'value', value }] },
      to: { next },
    });
    const viewsOf = (inside: string) => {
      const { program } = published(
        graphOf([
          entry('Came', 'before'),
          tells('before', '{{ entry.order }}', 'a'),
          calls('a', { journey: idOf('1'), inputs: { order: '{{ entry.order }}' }, to: { done: 'after' } }),
          tells('after', '{{ profile.plan }}', 'end'),
          exit('end'),
        ]),
        { 1: graphOf([journeyEntry('tell'), tells('tell', inside, 'out'), exit('out')]) },
      );
      const { steps } = play(program, { properties: { order: 7 }, traits: { name: 'Ann', plan: 'pro' } });
      expect(steps).toHaveLength(1);
      return steps[0]!.inputs.map((input) => (input.type === 'view' ? Object.keys(input.facts).length : input.type));
    };
    expect(viewsOf('{{ profile.name }}')).toEqual(['enrolled', 4]);
    // Who is told the input waits until it is there.
    expect(viewsOf('{{ entry.order }}')).toEqual(['enrolled', 3, 1]);
  });

  it('are the new ones in each turn of a loop, with and without time between', () => {
    const loop = (between: Step[], first: string) =>
      published(
        graphOf([
          entry('Came', 'a'),
          calls('a', {
            journey: idOf('1'),
            inputs: { order: '{{ run.a.order | default: 0 | plus: 1 }}', note: 'x' },
            to: { done: first },
          }),
          ...between,
          { id: 'again', type: 'wend/go-back', config: { most: 2 }, to: { again: 'a', over: 'end' } },
          exit('end'),
        ]),
        { 1: child },
      ).program;
    const told = ['a~tell 1 x', 'a~tell 2 x', 'a~tell 3 x'];
    expect(saidIn(play(loop([], 'again')).commands)).toEqual(told);
    expect(saidIn(play(loop([waits('w', 'again')], 'w')).commands)).toEqual(told);
  });

  it.each([
    ['leave by their own way', { notFilled: 'lost' }, 'lost'],
    ['go where those go who are done, while nothing is connected', {}, 'end'],
  ])('that cannot be filled in %s', (_, to, reason) => {
    const { program } = published(
      graphOf([
        entry('Came', 'a'),
        calls('a', { journey: idOf('1'), inputs: { order: '{{ entry.order }}' }, to: { done: 'end', ...to } }),
        exit('end'),
        ...('notFilled' in to ? [exit('lost')] : []),
      ]),
      { 1: child },
    );
    const { commands, state } = play(program, {
      answer: (fact) => (fact.kind === 'values' ? { ok: false, path: 'order', message: 'Too long.' } : null),
    });
    expect(wayOf(commands)).toEqual(['entry:next', 'a:notFilled']);
    expect(state.ended).toMatchObject({ outcome: 'completed', reason });
  });
});

describe('what ends a run', () => {
  const settings = (some: object) => some as Partial<JourneySettings>;
  const out = { id: 'out', event: 'Out' };

  it('undoes the steps inside, up to the end inside and no further', () => {
    const child = graphOf([
      journeyEntry('coupon'),
      says('coupon', '{{ entry.order }}', { to: { next: 'w', undo: 'revoke' }, undo: true }),
      waits('w', 'ok'),
      says('revoke', 'no {{ entry.order }}', { to: { next: 'undone' } }),
      exit('undone', 'undone'),
      exit('ok', 'ok'),
    ]);
    const { program } = published(
      graphOf(
        [
          entry('Came', 'a'),
          calls('a', {
            journey: idOf('1'),
            inputs: { order: '{{ entry.order }}' },
            results: ['ok', 'undone'],
            to: { ok: 'after', undone: 'after', done: 'after' },
          }),
          says('after', 'after', { to: { next: 'long' } }),
          waits('long', 'end', 9),
          exit('end'),
        ],
        settings({ exitCriteria: [out] }),
      ),
      { 1: child },
    );
    const early = play(program, { properties: { order: 7 }, events: [{ at: start + 1_000, name: 'Out' }] });
    expect(saidIn(early.commands)).toEqual(['a~coupon 7', 'a~revoke no 7']);
    expect(early.state.ended).toMatchObject({ outcome: 'exited', reason: 'out' });
    // Also when the run came out of the sub-journey long ago: what it was called with is still known.
    const late = play(program, { properties: { order: 7 }, events: [{ at: start + 3 * day, name: 'Out' }] });
    expect(saidIn(late.commands)).toEqual(['a~coupon 7', 'after after', 'a~revoke no 7']);
    expect(late.state.ended).toMatchObject({ outcome: 'exited', reason: 'out' });
  });

  it('is what the journey itself says, and may compare with what a sub-journey came to', () => {
    const where = equals(property('way'), { run: 'a.result' });
    const withSettings = settings({
      exitCriteria: [{ id: 'same', event: 'Off', where }],
      goals: [{ id: 'sale', name: 'Sale', event: 'Bought', withinSeconds: 9 * 86_400 }],
    });
    const child = graphOf([journeyEntry('w'), waits('w', 'gold'), exit('gold', 'gold')], {
      ...settings({ exitCriteria: [{ id: 'childs', event: 'Off' }], limits: { inside: 1 } as never }),
      goals: [{ id: 'childs', name: 'Of the child', event: 'Off', withinSeconds: 60 }],
    } as Partial<JourneySettings>);
    const { program } = published(
      graphOf(
        [
          entry('Came', 'a'),
          calls('a', { journey: idOf('1'), to: { done: 'long' } }),
          waits('long', 'end', 9),
          exit('end'),
        ],
        withSettings,
      ),
      { 1: child },
    );
    expect(program.exits.map(({ id }) => id)).toEqual(['same']);
    const off = (at: number) => ({ at: start + at, name: 'Off', properties: { way: 'gold' } });
    const { state, commands } = play(program, { events: [off(day / 2), off(2 * day)] });
    expect(wayOf(commands)).toEqual(['entry:next', 'a:inside', 'a~w:next', 'a~gold:done']);
    expect(state).toMatchObject({ now: start + 2 * day, ended: { outcome: 'exited', reason: 'same' } });
  });

  it('leaves a step that ends the run there as it is, where it stands in no sub-journey', () => {
    const { program } = published(graphOf([entry('Came', 'end'), exit('end', 'gold')]), {});
    expect(play(program).state.ended).toMatchObject({ outcome: 'completed', reason: 'end' });
  });
});

describe('a random split inside', () => {
  const arms = [
    { id: 'a', label: 'A', weight: 50 },
    { id: 'b', label: 'B', weight: 50 },
  ];
  const child = graphOf([
    journeyEntry('split'),
    { id: 'split', type: 'wend/random-split', config: { arms, by: 'person' }, to: { a: 'one', b: 'two' } },
    exit('one'),
    exit('two'),
  ]);
  const { program } = published(
    graphOf([
      entry('Came', 'x'),
      calls('x', { journey: idOf('1'), to: { done: 'y' } }),
      calls('y', { journey: idOf('1'), to: { done: 'end' } }),
      exit('end'),
    ]),
    { 1: child },
  );
  const armsOf = (who: string, seed: string) =>
    play(program, { person: who, seed }).commands.flatMap((each) =>
      each.type === 'leave' && each.trace?.kind === 'split' ? [each.port] : [],
    );

  it('keeps a person on their path from run to run, and draws for each card by itself', () => {
    const people = Array.from({ length: 200 }, (_, place) => `person ${place}`);
    const drawn = people.map((who) => armsOf(who, 'first'));
    expect(people.map((who) => armsOf(who, 'second'))).toEqual(drawn);
    // Of two fair draws, half come out alike: 100 of 200, and not all, as if the draws were one.
    const alike = drawn.filter(([one, other]) => one === other).length;
    expect(alike).toBeGreaterThan(60);
    expect(alike).toBeLessThan(140);
  });
});
