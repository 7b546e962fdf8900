import { doubleOptInGraph, resubscribedEvent } from '@wend/contract';
import { simulate } from '@wend/engine';
import { builtInNodes } from '@wend/nodes';
import { expect, it } from 'vitest';
import { readTemplate } from '../content/index.js';
import { compileDraft } from './draft-check.js';
import { NodeRegistry } from './node-registry.js';

const registry = new NodeRegistry(builtInNodes);
const draft = (name: string) =>
  compileDraft({
    journey: 'itself',
    childOf: () => ({ refused: 'No journey.', hint: '' }),
    graph: doubleOptInGraph({ key: 'news', name }),
    registry,
    surroundings: {
      templates: { read: readTemplate, names: { events: [], traits: [] } },
      channelTemplates: [],
      topics: [{ key: 'news', name, channels: ['email'], archived: false }],
      country: 'KR',
      withoutProvider: [],
      personChannels: ['email'],
    },
  });

it.each(['News', 'Tea & <Co> {{ secret }} {% raw %}', '소식'])(
  'is a draft that can be published as it is, for a topic “%s”',
  (name) => expect(draft(name).issues).toEqual([]),
);

const day = 86_400_000;
const said = (at: number, topic: string, channel = 'email') => ({
  at,
  name: resubscribedEvent,
  properties: { topic, channel },
});
it.each([
  ['whoever confirms leaves', [said(day, 'news')], ['ask'], 'confirmed'],
  ['whoever confirms after the reminder leaves', [said(3 * day, 'news')], ['ask', 'remind'], 'confirmed'],
  [
    'another topic or channel is none',
    [said(day, 'offers'), said(day, 'news', 'sms')],
    ['ask', 'remind'],
    'not confirmed',
  ],
  ['whoever says nothing is reminded once', [], ['ask', 'remind'], 'not confirmed'],
])('%s', (_, events, messages, reason) => {
  const { state, commands } = simulate({
    program: draft('News').program,
    at: 0,
    seed: 's',
    entry: { name: 'Consent Requested', properties: { topic: 'news', channel: 'email' } },
    events,
    answer: () => true,
  });
  expect(commands.flatMap((command) => (command.type === 'send' ? [command.node] : []))).toEqual(messages);
  expect(state.ended).toMatchObject({ reason });
});
