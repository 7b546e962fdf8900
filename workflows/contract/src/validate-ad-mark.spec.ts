import { expect, it } from 'vitest';
import type { Graph, GraphNode } from './graph.js';
import { templateDefinition } from './locked-template.js';
import type { NodeManifest } from './manifest.js';
import { adMarkIssues } from './validate-ad-mark.js';

const found = (channel: string, config: GraphNode['config'], country: string | null = 'KR') => {
  const node = { id: 'n', type: 'wend/x', version: 1, name: 'Sale', config, position: { x: 0, y: 0 } } as GraphNode;
  return adMarkIssues({
    graph: { nodes: { n: node } } as unknown as Graph,
    known: new Map([['n', { node, manifest: { channel } as unknown as NodeManifest }]]),
    country,
    channelTemplates: [
      {
        id: 'fixed',
        channel: 'whatsapp',
        name: 'Sale text',
        definition: templateDefinition.parse({ kind: 'approved', code: 'c', text: '오늘만 할인', fields: [] }),
      },
    ],
  });
};

it.each([
  ['오늘만 할인', true],
  ['오늘만 할인 (광고)', true],
  ['(광 고) 오늘만 할인', true],
  ['[광고] 오늘만 할인', true],
  ['{{ profile.name }}님 (광고)', true],
  ['(광고) 차나무 오늘만 할인', false],
  ['  (광고)차나무', false],
  ['{% if profile.vip %}(광고) VIP{% else %}(광고) 모두{% endif %}', false],
  ['', false],
])('a text “%s” lacks the mark: %s', (text, lacks) => {
  expect(found('sms', { text })).toHaveLength(lacks ? 1 : 0);
});

it.each([
  ['email', { subject: '할인', body: '(광고) 할인' }, 'subject'],
  ['push', { title: '할인', body: '(광고)' }, 'title'],
  ['webpush', { title: '할인', body: 'x' }, 'title'],
  ['line', { text: '할인' }, 'text'],
  ['telegram', { text: '할인' }, 'text'],
])('of %s it stands in its own place, and can be put there', (channel, config, path) => {
  expect(found(channel, config)).toMatchObject([{ severity: 'warning', fix: { path, before: '(광고) ' } }]);
});

it('is asked of the SMS that is sent instead, and of a template that nobody can change here', () => {
  expect(found('line', { text: '(광고) 할인', smsFallback: '할인' })).toMatchObject([{ fix: { path: 'smsFallback' } }]);
  const [issue] = found('whatsapp', { template: { id: 'fixed', fields: {} } });
  expect(issue?.message).toContain('“Sale text”, which “Sale” sends, doesn’t.');
  expect(issue?.fix).toBeUndefined();
});

it('is asked of marketing in Korea only, and not where the network puts it', () => {
  expect(found('sms', { text: '할인' }, 'DE')).toEqual([]);
  expect(found('sms', { text: '할인' }, null)).toEqual([]);
  expect(found('sms', { text: '주문 완료', messageClass: 'transactional' })).toEqual([]);
  expect(found('kakao-friendtalk', { text: '할인' })).toEqual([]);
});
