import { fillTemplate } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { describe, expect, it } from 'vitest';
import { changeConsent } from './change-consent/change-consent.node.js';
import { changeSegment } from './change-segment/change-segment.node.js';
import { emitEvent } from './emit-event/emit-event.node.js';
import { endJourney } from './end-journey/end-journey.node.js';
import { entryJourney } from './entry-journey/entry-journey.node.js';
import { forEach } from './for-each/for-each.node.js';
import { startJourney } from './start-journey/start-journey.node.js';

const id = '2b1c5f0e-8f5e-4b43-9d0e-6f9a3a1c7f11';
const journey = { id, name: 'Win back 한글' };
const to = { port: 'next', pc: 0 };

describe('steps that do something', () => {
  it('say what as it is written, and ask for it to be filled in where there is Liquid', () => {
    expect(
      lowerNode(emitEvent, { event: 'Trial extended', properties: [{ name: 'days', value: 14 }] }).instructions,
    ).toEqual([
      {
        op: 'act',
        kind: 'emit-event',
        settings: { fixed: { event: 'Trial extended', properties: { days: 14 } } },
        target: to,
      },
    ]);
    const filled = lowerNode(emitEvent, { event: 'X', properties: [{ name: 'n', value: '{{ entry.n }}' }] });
    expect(filled.instructions).toMatchObject([{ op: 'act', settings: { fact: 0 } }]);
    expect(filled.facts).toEqual([
      { kind: 'values', node: 'node', template: { event: 'X', properties: { n: '{{ entry.n }}' } } },
    ]);
  });

  it('name journeys and segments by their ids, and keep their names for words', () => {
    expect(lowerNode(startJourney, { journey, data: [{ name: 'order', value: '7' }] }).instructions).toMatchObject([
      { kind: 'start-journey', settings: { fixed: { journey: id, name: 'Win back 한글', data: { order: '7' } } } },
    ]);
    expect(lowerNode(startJourney, { journey: { id, name: '{{ x' }, data: [] }).facts).toEqual([]);
    expect(lowerNode(endJourney, { journey }).instructions).toMatchObject([
      { kind: 'end-journey', settings: { fixed: { journey: id } } },
    ]);
    expect(fillTemplate(startJourney.manifest.summary, { journey })).toBe('Win back 한글');
  });

  it('tell where what is known of the person may be different after them', () => {
    expect(lowerNode(changeSegment, { change: 'remove', segment: journey }).instructions).toMatchObject([
      { kind: 'change-segment', settings: { fixed: { segment: id, change: 'remove' } }, changes: true },
    ]);
    expect(
      lowerNode(changeConsent, { state: 'unsubscribed', channel: 'sms', topic: 'news' }).instructions,
    ).toMatchObject([
      {
        kind: 'change-consent',
        settings: { fixed: { state: 'unsubscribed', channel: 'sms', topic: 'news' } },
        changes: true,
      },
    ]);
  });

  it.each([
    ['an event without a name', emitEvent, { event: ' ' }, 'event'],
    ['an event of Wend', emitEvent, { event: 'Message Opened' }, 'event'],
    ['an event whose name is filled in', emitEvent, { event: 'X {{ entry.n }}' }, 'event'],
    [
      'a property named twice',
      emitEvent,
      {
        event: 'X',
        properties: [
          { name: 'a', value: 1 },
          { name: 'a', value: 2 },
        ],
      },
      'properties',
    ],
    ['no journey', startJourney, { journey: { id: '', name: '' } }, 'journey.id'],
    ['no segment', changeSegment, { segment: { id: 'x', name: '' } }, 'segment.id'],
    ['an unknown state', changeConsent, { state: 'pending', channel: 'email' }, 'state'],
  ] as const)('refuse %s', (_, node, config, path) => {
    expect(node.parse(config as never)).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.objectContaining({ path })]),
    });
  });
});

it('a journey is entered from others by an entry of its own', () => {
  expect(entryJourney.entry?.({ fields: [] })).toEqual({ kind: 'journey' });
  expect(entryJourney.manifest.entry).toBe('journey');
});

describe('for each', () => {
  const asked = { who: { kind: 'list', ids: '{{ entry.followers }}', idField: 'id' }, journey, data: [] };

  it('asks for the list with its type kept, and for what tells one time from another as text', () => {
    const lowered = lowerNode(forEach, { ...asked, once: 'within', key: '{{ entry.post }}', most: 20 });
    expect(lowered.instructions).toEqual([{ op: 'act', kind: 'recipients', settings: { fact: 0 }, target: to }]);
    expect(lowered.facts).toEqual([
      {
        kind: 'values',
        node: 'node',
        template: {
          who: asked.who,
          journey: id,
          name: 'Win back 한글',
          data: {},
          most: 20,
          once: { per: 'key', key: '{{ entry.post }}', withinSeconds: 86_400 },
        },
        types: { 'who.ids': 'list', 'once.key': 'text' },
      },
    ]);
  });

  it('says each way to find them, and each rule, as the backend reads it', () => {
    const settingsOf = (config: object) => {
      const [first] = lowerNode(forEach, { ...asked, ...config } as never).instructions;
      return (first as unknown as { settings: { fixed: object } }).settings.fixed;
    };
    expect(settingsOf({ who: { kind: 'segment', segment: id }, once: 'always', self: true })).toMatchObject({
      who: { kind: 'segment', segment: id },
      once: { per: 'key', key: '', withinSeconds: null },
      self: true,
      most: 1_000,
    });
    expect(settingsOf({ who: { kind: 'relation', trait: 'follows', value: 'anna' } })).toMatchObject({
      who: { kind: 'relation', trait: 'follows', value: 'anna', idField: 'id' },
      once: { per: 'run' },
    });
    expect(settingsOf({ who: { kind: 'list', ids: '["a", 7]' } })).toMatchObject({ who: { ids: ['a', 7] } });
  });

  it('refuses what nobody could be found by', () => {
    for (const wrong of [
      { who: { kind: 'list', ids: ' ' } },
      { who: { kind: 'relation', trait: '', value: 'x' } },
      { most: 0 },
      { most: 100_001 },
      { within: { amount: 1, unit: 'calendarDays' }, once: 'within' },
    ])
      expect(() => lowerNode(forEach, { ...asked, ...wrong } as never), JSON.stringify(wrong)).toThrow();
  });
});
