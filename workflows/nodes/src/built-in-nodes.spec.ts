import { checkConfig, manifestsByKey, portsOf, validate } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { goldenJourneys } from '@wend/contract/fixtures';
import { loadPackages, nodeKey } from '@wend/node-sdk';
import { checkNode } from '@wend/node-sdk/testing';
import { describe, expect, it } from 'vitest';
import { builtInNodes } from './index.js';

const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));
const manifests = manifestsByKey(builtInNodes.map((node) => node.manifest));

describe('builtInNodes', () => {
  it.each(builtInNodes.map((node) => [node.manifest.type, node] as const))('%s is sound', async (_, node) => {
    expect(await checkNode(node)).toEqual([]);
  });

  it('load together, and no two of them say they are the same', async () => {
    const { nodes } = await loadPackages(['@wend/nodes'], () => Promise.resolve({ nodes: builtInNodes }));
    expect(nodes).toHaveLength(builtInNodes.length);
  });

  it('have the ports that journeys are stored with', () => {
    const ports = Object.fromEntries(
      builtInNodes.map(({ manifest }) => [
        manifest.type,
        portsOf(manifest, manifest.defaults).map((port) => `${port.id}: ${port.label}`),
      ]),
    );
    expect(ports).toEqual({
      'wend/entry-event': ['next: Entered'],
      'wend/entry-schedule': ['next: Entered'],
      'wend/entry-date': ['next: Entered'],
      'wend/entry-omission': ['next: Entered'],
      'wend/entry-debounce': ['next: Entered'],
      'wend/entry-segment': ['next: Entered'],
      'wend/entry-api': ['next: Entered'],
      'wend/entry-business-event': ['next: Entered'],
      'wend/entry-place': ['next: Entered'],
      'wend/entry-journey': ['next: Entered'],
      'wend/email': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/push': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/web-push': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/sms': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/kakao-alimtalk': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/kakao-friendtalk': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/whatsapp': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/line': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/telegram': ['queued: Sent', 'notReachable: Not reachable'],
      'wend/webhook': ['queued: Sent'],
      'wend/wait': ['next: After 1 day'],
      'wend/wait-until': ['next: At 09:00'],
      'wend/wait-window': ['next: Within the window'],
      'wend/wait-date': ['next: Date came', 'past: Already past', 'unreadable: No date'],
      'wend/wait-best-time': ['next: At the best time'],
      'wend/wait-for-events': ['first: It happened', 'timeout: After 1 day'],
      'wend/digest': ['next: With the list'],
      'wend/branch': ['first: Yes', 'else: Else'],
      'wend/audience-split': ['first: Audience', 'else: Everyone else'],
      'wend/first-reachable': ['push: Push', 'sms: SMS', 'email: Email', 'none: None of them'],
      'wend/random-split': ['a: A', 'b: B'],
      'wend/approval': ['approve: Approve', 'reject: Reject', 'timeout: No answer in 3 days'],
      'wend/throttle': ['next: Goes through', 'throttled: Throttled'],
      'wend/set-trait': ['next: Next'],
      'wend/fetch-data': ['ok: Fetched', 'failed: Not fetched'],
      'wend/change-traits': ['next: Next', 'failed: Couldn’t be filled in'],
      'wend/change-segment': ['next: Next'],
      'wend/change-consent': ['next: Next'],
      'wend/emit-event': ['next: Next'],
      'wend/start-journey': ['next: Next'],
      'wend/sub-journey': ['done: Done', 'notFilled: Inputs failed'],
      'wend/end-journey': ['next: Next'],
      'wend/for-each': ['next: Next'],
      'wend/go-back': ['again: Again', 'over: Afterward'],
      'wend/note': [],
      'wend/exit': [],
    });
  });

  it('block only where time passes, and name the channel they send by', () => {
    expect(builtInNodes.filter(({ manifest }) => manifest.blocks).map(({ manifest }) => manifest.type)).toEqual([
      'wend/wait',
      'wend/wait-until',
      'wend/wait-window',
      'wend/wait-date',
      'wend/wait-best-time',
      'wend/wait-for-events',
      'wend/digest',
      'wend/approval',
      'wend/sub-journey',
    ]);
    expect(builtInNodes.flatMap(({ manifest }) => manifest.channel ?? [])).toEqual([
      'email',
      'push',
      'webpush',
      'sms',
      'kakao-alimtalk',
      'kakao-friendtalk',
      'whatsapp',
      'line',
      'telegram',
      'webhook',
    ]);
  });

  it('say the same of unfinished rules with code and with manifests alone', () => {
    const incomplete = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals' };
    const misplaced = { ...incomplete, left: { source: 'trait', path: 'plan' }, value: 'pro' };
    const timeout = { amount: 1, unit: 'days' };
    const configs: [string, JsonObject][] = [
      [
        'wend/branch',
        {
          branches: [
            { id: 'a', label: 'A', rule: { op: 'all', rules: [] } },
            { id: 'b', label: 'B', rule: incomplete },
          ],
        },
      ],
      [
        'wend/wait-for-events',
        {
          events: [
            { id: 'a', label: 'A', trigger: { kind: 'event', event: 'Paid', where: misplaced } },
            { id: 'b', label: 'B', trigger: { kind: 'event', event: 'Paid', where: { op: 'all', rules: [] } } },
          ],
          timeout,
          lookBack: false,
        },
      ],
    ];
    for (const [type, config] of configs) {
      const node = definitions.get(`${type}@1`);
      if (!node) throw new Error(`${type} is not there`);
      const check = checkConfig({ manifest: node.manifest, config });
      expect(check.ok).toBe(false);
      expect(check).toEqual(node.parse(config));
    }
  });

  it.each(
    goldenJourneys.flatMap((fixture) =>
      [fixture, ...(fixture.calls ?? [])].map(({ name, graph }) => [name, graph] as const),
    ),
  )('find nothing to complain of in “%s”, with code or with manifests alone', (_, graph) => {
    expect(validate(graph, { manifests, parse: (node) => definitions.get(nodeKey(node))?.parse(node.config) })).toEqual(
      [],
    );
    expect(validate(graph, { manifests })).toEqual([]);
  });
});
