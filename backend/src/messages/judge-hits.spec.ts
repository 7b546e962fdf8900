import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultHitLimits as limits, judgeHits } from './judge-hits.js';
import type { Hit } from './judge-hits.js';
import { MachineNetworks } from './machine-networks.js';
import { machineSign } from './machine-signs.js';

const networks = new MachineNetworks('203.0.113.0/24 # our gateway\n\n2001:db8:1::/48');
const click = (link: string, at: number, more: Partial<Hit> = {}): Hit => ({
  kind: 'clicked',
  link,
  at,
  sign: null,
  source: null,
  ...more,
});
const pixel = (at: number, more: Partial<Hit> = {}): Hit => click('', at, { kind: 'opened', ...more });
const trap = (at: number, source: string | null = null): Hit => click('', at, { kind: 'trap', sign: 'trap', source });
const judge = (hits: Hit[], { sentAt = 0, links = 5 as number | null } = {}) =>
  judgeHits({ hits, sentAt, links, limits }).map((sign) => sign === null);

describe('who asked for the links of a message', () => {
  it('a person takes one after the other, or two tabs at once', () => {
    expect(judge([pixel(60_000), click('a', 62_000), click('b', 70_000)])).toEqual([true, true, true]);
    expect(judge([click('a', 60_000), click('b', 60_400)])).toEqual([true, true]);
    expect(judge([click('a', 60_000), click('a', 60_100), click('a', 60_200)])).toEqual([true, true, true]);
  });

  it('a scanner takes many in a moment, the pixel with them; the person who comes later is one', () => {
    expect(judge([pixel(9_000), click('a', 9_100), click('b', 9_500), click('c', 10_900), click('a', 60_000)])).toEqual(
      [false, false, false, false, true],
    );
    expect(judge([click('a', 9_000), click('b', 10_000)], { links: 2 })).toEqual([false, false]);
    expect(judge([click('a', 9_000), click('b', 10_000)], { links: null })).toEqual([true, true]);
  });

  it('nobody has read what was sent a moment ago, or is still being sent', () => {
    expect(judge([pixel(99_000), click('a', 100_900), click('a', 101_000)], { sentAt: 100_000 })).toEqual([
      false,
      false,
      true,
    ]);
    expect(judgeHits({ hits: [click('a', 5)], sentAt: null, links: 1, limits })).toEqual([null]);
  });

  it('who follows the link that nobody sees is a program, with all around it and from the same place', () => {
    const hits = [
      trap(9_000, 'scanner'),
      click('a', 11_000, { source: 'scanner' }),
      click('b', 50_000, { source: 'scanner' }),
      click('a', 50_000, { source: 'phone' }),
      click('b', 90_000, { source: 'scanner' }),
    ];
    expect(judge(hits)).toEqual([false, false, false, true, true]);
    expect(judge([click('a', 8_000), trap(9_000)])).toEqual([false, false]);
  });

  it('openings by privacy proxies count only where somebody says so, and never what they fetch at the sending', () => {
    const hits = [pixel(500, { sign: 'privacy-proxy' }), pixel(60_000, { sign: 'privacy-proxy' }), click('a', 70_000)];
    expect(judgeHits({ hits, sentAt: 0, links: 1, limits })).toEqual(['privacy-proxy', 'privacy-proxy', null]);
    expect(judgeHits({ hits, sentAt: 0, links: 1, countProxies: true, limits })).toEqual(['early', null, null]);
  });

  it('tells most people from most programs: random people and gateways, of whom it is known who they are', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const tally = { people: 0, peopleRight: 0, machines: 0, machinesRight: 0 };
    for (let round = 0; round < 2_000; round += 1) {
      const links = 1 + Math.floor(random() * 6);
      const truth = new Map<Hit, boolean>();
      if (random() < 0.7) {
        // A gateway: some minutes after the sending or at once, link after link, some slowly, nearly all by the trap.
        let at = random() < 0.5 ? random() * 900 : 2_000 + random() * 120_000;
        const pace = 20 + random() * (random() < 0.3 ? 2_500 : 300);
        if (random() < 0.9) truth.set(trap(at, 'gateway'), false);
        for (let link = 0; link < links; link += 1)
          truth.set(click(String(link), (at += pace * random()), { source: 'gateway' }), false);
      }
      if (random() < 0.6) {
        let at = 5_000 + random() * 600_000;
        truth.set(pixel(at, { source: 'person' }), true);
        for (let count = 0; count < 1 + random() * 2; count += 1)
          truth.set(
            click(String(Math.floor(random() * links)), (at += 800 + random() * 20_000), { source: 'person' }),
            true,
          );
      }
      const hits = [...truth.keys()].sort((a, b) => a.at - b.at);
      judge(hits, { links }).forEach((person, index) => {
        const is = truth.get(hits[index]!)!;
        tally[is ? 'people' : 'machines'] += 1;
        if (person === is) tally[is ? 'peopleRight' : 'machinesRight'] += 1;
      });
    }
    expect(tally.peopleRight / tally.people).toBeGreaterThan(0.97);
    expect(tally.machinesRight / tally.machines).toBeGreaterThan(0.97);
  });

  it('takes no longer than it must where somebody asks without end', () => {
    const hits = Array.from({ length: 60_000 }, (_, index) => click(String(index % 2), 10_000 + index * 10));
    expect(new Set(judge(hits))).toEqual(new Set([true]));
  });

  it('does not depend on the order in which requests are stored, and more requests make nobody a person', () => {
    const hit = fc.record({
      kind: fc.constantFrom('opened' as const, 'clicked' as const, 'trap' as const),
      link: fc.constantFrom('a', 'b', 'c', 'd'),
      at: fc.integer({ min: 0, max: 8_000 }),
      sign: fc.constantFrom(null, 'agent' as const),
      source: fc.constantFrom(null, 'here', 'there'),
    });
    fc.assert(
      fc.property(fc.array(hit, { maxLength: 12 }), fc.integer({ min: 0, max: 12 }), (hits, cut) => {
        const found = new Map(hits.map((each, index) => [each, judge(hits)[index]]));
        const reversed = [...hits].reverse();
        expect(judge(reversed)).toEqual(reversed.map((each) => found.get(each)));
        const few = hits.slice(0, cut);
        judge(few).forEach((person, index) => expect(person || !found.get(few[index]!)).toBe(true));
      }),
    );
  });
});

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
describe('a request that says what it is', () => {
  it.each([
    ['clicked', 'GET', { 'user-agent': chrome }, false],
    [
      'clicked',
      'GET',
      {
        'user-agent':
          'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
      },
      false,
    ],
    [
      'opened',
      'GET',
      { 'user-agent': 'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Microsoft Outlook 14.0.7113)' },
      false,
    ],
    [
      'opened',
      'GET',
      { 'user-agent': 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' },
      false,
    ],
    [
      'clicked',
      'GET',
      { 'user-agent': 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' },
      true,
    ],
    ['opened', 'GET', { 'user-agent': 'Mozilla/5.0' }, true],
    ['clicked', 'HEAD', { 'user-agent': chrome }, true],
    ['clicked', 'GET', { 'user-agent': chrome, 'sec-purpose': 'prefetch;prerender' }, true],
    ['clicked', 'GET', { 'user-agent': chrome, purpose: 'prefetch' }, true],
    ['clicked', 'GET', { 'user-agent': chrome, 'x-moz': 'prefetch' }, true],
    ['clicked', 'GET', { 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))' }, true],
    ['clicked', 'GET', { 'user-agent': 'Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5)' }, true],
    ['clicked', 'GET', { 'user-agent': 'curl/8.5.0' }, true],
    ['clicked', 'GET', {}, true],
  ] as const)('%s by %s with %j', (kind, method, headers, machine) => {
    expect(machineSign({ kind, method, headers, address: '198.51.100.7', networks }) !== null).toBe(machine);
  });
});

it.each([
  ['clicked', '67.231.150.9', 'network'],
  ['clicked', '::ffff:203.0.113.9', 'network'],
  ['clicked', '2001:db8:1:2::3', 'network'],
  ['opened', '17.58.0.1', 'privacy-proxy'],
  ['clicked', '198.51.100.7', null],
  ['clicked', undefined, null],
] as const)('%s from %s', (kind, address, sign) => {
  expect(machineSign({ kind, method: 'GET', headers: { 'user-agent': chrome }, address, networks })).toBe(sign);
});

it('says which line of a list of networks cannot be read', () => {
  expect(() => new MachineNetworks('10.0.0.0/8\nnowhere')).toThrow('Line 2 is no network such as');
  expect(() => new MachineNetworks('10.0.0.0/99')).toThrow('Line 1');
});
