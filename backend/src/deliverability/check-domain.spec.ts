import type { SendingDomain } from '@wend/node-sdk';
import { describe, expect, it } from 'vitest';
import { checkDomain, organization } from './check-domain.js';
import { DnsSilent } from './dns.js';
import type { Dns } from './dns.js';
import { withMechanism } from './sender-policy.js';

type Zone = Record<string, { txt?: string[]; mx?: [number, string][]; a?: string[] }>;

function dnsOf(zone: Zone, silent: string[] = []): Dns {
  const at = (name: string) => {
    if (silent.includes(name)) throw new DnsSilent(name);
    return zone[name] ?? {};
  };
  return {
    txt: async (name) => at(name).txt ?? [],
    mx: async (name) => (at(name).mx ?? []).map(([priority, exchange]) => ({ priority, exchange })),
    addresses: async (name) => at(name).a ?? [],
  };
}

const key = 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0';
const sending: SendingDomain = {
  spf: 'a:smtp.shop.example',
  returnPath: 'bounces.shop.example',
  dkim: { domain: 'shop.example', selector: 'wend', record: key },
};
const good: Zone = {
  'shop.example': { mx: [[10, 'mx.shop.example']] },
  'smtp.shop.example': { a: ['198.51.100.7', '2001:db8::7'] },
  'bounces.shop.example': { txt: ['v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 -all'], mx: [[10, 'mx.shop.example']] },
  'wend._domainkey.shop.example': { txt: ['v=DKIM1; k=rsa; p=MIIBIjAN BgkqhkiG9w0'] },
  '_dmarc.shop.example': { txt: ['v=DMARC1; p=quarantine'] },
};
async function check(zone: Zone, options: { sending?: SendingDomain; domain?: string; silent?: string[] } = {}) {
  const items = await checkDomain({
    dns: dnsOf({ ...good, ...zone }, options.silent),
    domain: options.domain ?? 'shop.example',
    sending: options.sending ?? sending,
  });
  return Object.fromEntries(items.map(({ check: name, ...item }) => [name, item]));
}

describe('a sending domain', () => {
  it('that is set up is well', async () => {
    const items = await check({});
    expect(Object.entries(items).map(([name, { state, problems }]) => [name, state, problems])).toEqual([
      ['spf', 'ok', []],
      ['dkim', 'ok', []],
      ['dmarc', 'ok', []],
      ['mx', 'ok', []],
      ['returnPath', 'ok', []],
    ]);
  });

  it.each<[string, string[], string, RegExp, string | null]>([
    ['nothing', [], 'error', /no SPF record/, 'v=spf1 a:smtp.shop.example ~all'],
    ['two', ['v=spf1 -all', 'v=spf1 ~all'], 'error', /2 SPF records/, null],
    [
      'others only',
      ['v=spf1 include:other.example -all'],
      'error',
      /“a:smtp\.shop\.example” is missing/,
      'v=spf1 include:other.example a:smtp.shop.example -all',
    ],
    ['everyone', ['v=spf1 a:smtp.shop.example +all'], 'error', /lets everyone/, null],
    ['no end', ['v=spf1 a:smtp.shop.example'], 'warning', /end it with/, null],
    [
      'an include without a record',
      ['v=spf1 a:smtp.shop.example include:gone.example -all'],
      'error',
      /gone\.example, where there is no SPF/,
      null,
    ],
    [
      'too many lookups',
      [`v=spf1 a:smtp.shop.example ${Array.from({ length: 10 }, (_, index) => `a:h${index}.example`).join(' ')} -all`],
      'error',
      /more than 10 DNS lookups/,
      null,
    ],
  ])('with an SPF of %s is told so', async (_, txt, state, problem, value) => {
    const { spf } = await check({
      'bounces.shop.example': { txt, mx: [[1, 'mx.shop.example']] },
      'other.example': { txt: ['v=spf1 ip4:203.0.113.0/24 -all'] },
    });
    expect(spf).toMatchObject({
      state,
      record: value === null ? null : { host: 'bounces.shop.example', type: 'TXT', value },
    });
    expect(spf!.problems.join(' ')).toMatch(problem);
  });

  it('finds who may send through includes, redirects and MX, and ends where records go round in circles', async () => {
    const zone = (txt: string): Zone => ({
      'bounces.shop.example': { txt: [txt], mx: [[1, 'smtp.shop.example']] },
      'one.example': { txt: ['v=spf1 include:two.example ?all'] },
      'two.example': { txt: ['v=spf1 include:one.example ip4:198.51.100.7 ip6:2001:db8::7 ~all'] },
    });
    for (const record of ['v=spf1 include:one.example -all', 'v=spf1 redirect=two.example', 'v=spf1 mx -all'])
      expect((await check(zone(record)))['spf']).toMatchObject({ state: 'ok' });
  });

  it('with a key that is missing, revoked or another one is told which to put there', async () => {
    const at = async (txt: string[]) => (await check({ 'wend._domainkey.shop.example': { txt } }))['dkim'];
    const record = { host: 'wend._domainkey.shop.example', type: 'TXT', value: key };
    expect(await at([])).toMatchObject({ state: 'error', record });
    expect(await at(['v=DKIM1; p='])).toMatchObject({
      state: 'error',
      problems: [expect.stringContaining('revoked')],
      record,
    });
    expect(await at(['v=DKIM1; p=AAAA'])).toMatchObject({
      state: 'error',
      problems: [expect.stringContaining('not the one')],
      record,
    });
    const { dkim } = await check({}, { sending: { dkimElsewhere: 'Look there.' } });
    expect(dkim).toMatchObject({ state: 'unknown', problems: ['Look there.'] });
  });

  it('is told when DMARC is missing, does nothing, comes from above, or fails for every email', async () => {
    const at = async (zone: Zone, options = {}) => (await check(zone, options))['dmarc'];
    expect(await at({ '_dmarc.shop.example': {} })).toMatchObject({
      state: 'error',
      record: { host: '_dmarc.shop.example', value: 'v=DMARC1; p=none; rua=mailto:dmarc@shop.example' },
    });
    expect(await at({ '_dmarc.shop.example': { txt: ['v=DMARC1;p=none'] } })).toMatchObject({ state: 'warning' });
    expect(await at({}, { domain: 'news.shop.example' })).toMatchObject({ state: 'ok' });
    expect(
      await at({ '_dmarc.shop.example': { txt: ['v=DMARC1; p=reject; sp=none'] } }, { domain: 'news.shop.example' }),
    ).toMatchObject({ state: 'warning' });
    const strict = { '_dmarc.shop.example': { txt: ['v=DMARC1; p=reject; adkim=s; aspf=s'] } };
    expect(await at(strict)).toMatchObject({ state: 'ok' });
    expect(
      await at(strict, {
        domain: 'shop.example',
        sending: { ...sending, dkim: { ...sending.dkim!, domain: 'mail.shop.example' } },
      }),
    ).toMatchObject({
      state: 'error',
      problems: [expect.stringContaining('DMARC fails for every email')],
    });
  });

  it('is told when replies or bounces would get lost', async () => {
    expect((await check({ 'shop.example': {} }))['mx']).toMatchObject({ state: 'warning' });
    expect((await check({ 'shop.example': { mx: [[0, '']] } }))['mx']).toMatchObject({ state: 'error' });
    const lost = await check({ 'bounces.shop.example': { txt: good['bounces.shop.example']!.txt! } });
    expect(lost['returnPath']).toMatchObject({ state: 'error' });
    const none = await check({}, { sending: { ...sending, returnPath: null } });
    expect(none['returnPath']).toMatchObject({ state: 'warning' });
    expect(Object.keys(await check({}, { sending: { dkimElsewhere: 'x' } }))).not.toContain('returnPath');
  });

  it('of which DNS says nothing is not known, and the rest is', async () => {
    const items = await check({}, { silent: ['_dmarc.shop.example'] });
    expect(items['dmarc']).toMatchObject({ state: 'unknown', problems: [expect.stringContaining('did not answer')] });
    expect(items['spf']).toMatchObject({ state: 'ok' });
  });
});

it.each([
  [null, 'v=spf1 include:x.example ~all'],
  ['v=spf1 -all', 'v=spf1 include:x.example -all'],
  ['v=spf1 a mx ?all', 'v=spf1 a mx include:x.example ?all'],
  ['v=spf1 redirect=y.example', 'v=spf1 include:x.example redirect=y.example'],
  ['v=spf1 a', 'v=spf1 a include:x.example ~all'],
])('%j with one more is %j', (record, value) => {
  expect(withMechanism(record, 'include:x.example')).toBe(value);
});

it.each([
  ['news.shop.example', 'shop.example'],
  ['shop.co.kr', 'shop.co.kr'],
  ['a.b.shop.co.kr', 'shop.co.kr'],
  ['shop.kr', 'shop.kr'],
  ['news.shop.kr', 'shop.kr'],
])('%s belongs to %s', (domain, registered) => {
  expect(organization(domain)).toBe(registered);
});
