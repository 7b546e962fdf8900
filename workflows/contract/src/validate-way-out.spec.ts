import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode } from './graph.js';
import { templateDefinition } from './locked-template.js';
import type { NodeManifest } from './manifest.js';
import type { KnownTemplate } from './validate-chosen-templates.js';
import { wayOutIssues } from './validate-way-out.js';

const template = (id: string, definition: unknown, channel = 'whatsapp'): KnownTemplate => ({
  id,
  channel,
  name: id,
  definition: templateDefinition.parse(definition),
});
const approved = (text: string, buttons: unknown[] = []) => ({
  kind: 'approved',
  code: 'c',
  text,
  buttons,
  fields: [],
});
const http = (body: string) => ({
  kind: 'http',
  fields: [{ name: 'text', label: 'Text', kind: 'long' }],
  call: { method: 'POST', url: '/send', bodyKind: 'json', body },
});
const channelTemplates = [
  template('bare', approved('20 % off')),
  template('says', approved('20 % off', [{ kind: 'keyword', label: 'Stop promotions' }])),
  template('gateway', http('{"text":{{ fields.text }}}'), 'sms'),
  template('gatewayStop', http('{"text":"{{ fields.text }} Reply STOP"}'), 'sms'),
];

const found = (config: GraphNode['config'], { channel = 'sms', country = 'US' as string | null } = {}) => {
  const node = { id: 'n', type: 'wend/x', version: 1, name: 'Text', config, position: { x: 0, y: 0 } } as GraphNode;
  const manifest = { channel } as unknown as NodeManifest;
  return wayOutIssues({
    graph: { nodes: { n: node } } as unknown as Graph,
    known: new Map([['n', { node, manifest }]]),
    country,
    channelTemplates,
  });
};
const issues = (...given: Parameters<typeof found>) => found(...given).map(({ code }) => code);

it.each([
  ['20 % off this weekend, ends Sunday', ['no-way-out']],
  ['Non-stop deals', ['no-way-out']],
  ['20 % off. Reply STOP to opt out', []],
  ['Bis Sonntag 20 %. Antworten Sie mit STOPP', []],
  ['(광고) 20% 할인. 무료수신거부 080-123-4567', []],
  ['20 % off: {{ unsubscribe_url }}', []],
  ['{% if x %}{{ preferences_url }}{% endif %}', []],
])('“%s” gives %j', (text, codes) => expect(issues({ text })).toEqual(codes));

it('asks only marketing, by channels whose text alone can say it, and where the law is known', () => {
  const text = '20 % off';
  expect(issues({ text })).toEqual(['no-way-out']);
  expect(issues({ text, messageClass: 'transactional' })).toEqual([]);
  // A mail has a link and a header whatever it says.
  expect(issues({ body: text }, { channel: 'email' })).toEqual([]);
  expect(issues({ text }, { country: null })).toEqual([]);
});

it.each([
  ['sms', ['US', 'KR', 'DE']],
  ['whatsapp', []],
  ['line', ['KR', 'DE']],
  ['telegram', ['KR', 'DE']],
  // KakaoTalk shows how to block the channel below each ad.
  ['kakao-friendtalk', []],
  ['kakao-alimtalk', []],
  ['push', ['KR']],
  ['webpush', ['KR']],
])('by %s it is wanted in %j', (channel, countries) => {
  const config = { title: '20 % off', body: 'Until Sunday', text: '20 % off', template: undefined };
  expect(
    ['US', 'KR', 'DE', 'JP'].filter(
      (country) => issues(channel === 'whatsapp' ? {} : (config as never), { channel, country }).length > 0,
    ),
  ).toEqual(channel === 'whatsapp' ? ['KR', 'DE'] : countries);
  expect(
    issues({ title: '할인', body: '수신거부: 설정 > 알림', text: '수신거부' }, { channel, country: 'KR' }),
  ).toEqual([]);
});

describe('what is sent by a template', () => {
  const of = (id: string, channel: string, fields: Record<string, string> = {}) =>
    found({ template: { id, fields } }, { channel, country: 'DE' }).map(({ severity, path }) => [severity, path]);

  it('is an approved text that says it, or not', () => {
    expect(of('bare', 'whatsapp')).toEqual([['error', 'template']]);
    expect(of('says', 'whatsapp')).toEqual([]);
  });

  it('of a locked template may be said by the provider, which is not known', () => {
    expect(of('gateway', 'sms', { text: '20 % off' })).toEqual([['warning', 'template']]);
    expect(of('gateway', 'sms', { text: '20 % off. Reply STOP' })).toEqual([]);
    expect(of('gatewayStop', 'sms', { text: '20 % off' })).toEqual([]);
  });

  it('says nothing where it is gone: another problem says so', () => expect(of('none', 'whatsapp')).toEqual([]));
});

it('asks it of the SMS that is sent instead', () => {
  const config = { text: '20 % off. {{ unsubscribe_url }}', smsFallback: '20 % off' };
  expect(found(config, { channel: 'line', country: 'DE' })).toMatchObject([
    { message: expect.stringContaining('The SMS that “Text” sends instead'), fix: { path: 'smsFallback' } },
  ]);
  expect(issues({ ...config, smsFallback: 'Antworte STOPP' }, { channel: 'line', country: 'DE' })).toEqual([]);
});
