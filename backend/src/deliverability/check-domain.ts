import type { DomainCheckItem } from '@wend/contract';
import type { SendingDomain } from '@wend/node-sdk';
import { DnsSilent } from './dns.js';
import type { Dns } from './dns.js';
import { letsSend, mostLookups, policyRecords, readPolicy, withMechanism } from './sender-policy.js';

type Item = Omit<DomainCheckItem, 'check'>;
type CheckOptions = { dns: Dns; domain: string; sending: SendingDomain };

const checks: Record<DomainCheckItem['check'], (options: CheckOptions) => Promise<Item | null>> = {
  spf: checkSpf,
  dkim: checkDkim,
  dmarc: checkDmarc,
  mx: checkMx,
  returnPath: checkReturnPath,
};

/** What receivers find about a sending domain, and what to put there. What DNS does not answer is `unknown`. */
export async function checkDomain(options: CheckOptions): Promise<DomainCheckItem[]> {
  const items = await Promise.all(
    (Object.keys(checks) as DomainCheckItem['check'][]).map(async (check): Promise<DomainCheckItem | null> => {
      try {
        const item = await checks[check](options);
        return item && { check, ...item };
      } catch (error) {
        if (!(error instanceof DnsSilent)) throw error;
        return { check, state: 'unknown', found: [], problems: [error.message], record: null };
      }
    }),
  );
  return items.filter((item) => item !== null);
}

/** SPF is asked of the domain that bounces go to (RFC 7208, section 2.4). */
async function checkSpf({ dns, domain, sending }: CheckOptions): Promise<Item> {
  const host = sending.returnPath ?? domain;
  const records = await policyRecords(dns, host);
  const mechanism = sending.spf ?? null;
  const suggestion = (record: string | null) =>
    mechanism === null ? null : { host, type: 'TXT' as const, value: withMechanism(record, mechanism) };
  if (records.length === 0)
    return {
      // A provider with a return path of its own has the record there.
      state: sending.dkimElsewhere === undefined ? 'error' : 'warning',
      found: [],
      problems: [`${host} has no SPF record, so receivers can’t tell who may send for it.`],
      record: suggestion(null),
    };
  if (records.length > 1)
    return {
      state: 'error',
      found: records,
      problems: [`${host} has ${records.length} SPF records. Receivers then ignore all of them: keep one.`],
      record: null,
    };
  const policy = await readPolicy(dns, { domain: host, record: records[0]! });
  const errors: string[] = [];
  const warnings: string[] = [];
  if (policy.all === '+all') errors.push('It ends with +all, which lets everyone send for this domain.');
  if (policy.lookups > mostLookups)
    errors.push(
      `It takes more than ${mostLookups} DNS lookups (at least ${policy.lookups}). Receivers then ignore it.`,
    );
  if (policy.broken.length > 0)
    errors.push(`It includes ${policy.broken.join(', ')}, where there is no SPF record. Receivers then ignore it.`);
  const missing = mechanism !== null && !(await isAuthorized({ dns, mechanism, policy, record: records[0]! }));
  if (missing) errors.push(`It doesn’t let this connection send: “${mechanism}” is missing.`);
  if (policy.all === null || policy.all === '?all')
    warnings.push('It doesn’t say what to do with mail from others: end it with ~all or -all.');
  return {
    state: stateOf({ errors, warnings }),
    found: records,
    problems: [...errors, ...warnings],
    record: missing ? suggestion(records[0]!) : null,
  };
}

async function isAuthorized({
  dns,
  mechanism,
  policy,
  record,
}: {
  dns: Dns;
  mechanism: string;
  policy: Awaited<ReturnType<typeof readPolicy>>;
  record: string;
}): Promise<boolean> {
  if (record.toLowerCase().split(/\s+/).includes(mechanism.toLowerCase())) return true;
  const [kind, value = ''] = mechanism.toLowerCase().split(':', 2);
  if (kind === 'include') return policy.names.has(value);
  const addresses = await dns.addresses(value);
  return addresses.length > 0 && addresses.every((address) => letsSend(policy, address));
}

async function checkDkim({ dns, domain, sending }: CheckOptions): Promise<Item> {
  const { dkim } = sending;
  if (!dkim)
    return {
      state: 'unknown',
      found: [],
      problems: [sending.dkimElsewhere ?? 'Nothing is signed here. Your mail server may sign: ask whoever runs it.'],
      record: null,
    };
  const host = `${dkim.selector}._domainkey.${dkim.domain}`;
  const record = { host, type: 'TXT' as const, value: dkim.record };
  const found = (await dns.txt(host)).filter((text) => /(^|;)\s*p=/i.test(text));
  const misaligned = alignment(domain, dkim.domain) === 'none';
  const errors: string[] = [];
  if (misaligned)
    errors.push(`Emails are signed for ${dkim.domain}, which DMARC doesn’t count for senders at ${domain}.`);
  if (found.length === 0)
    return { state: 'error', found, problems: [...errors, `There is no key at ${host}.`], record };
  if (found.length > 1) errors.push(`There are ${found.length} keys at ${host}: keep one.`);
  const key = tagsOf(found[0]!).get('p') ?? '';
  const wanted = tagsOf(dkim.record).get('p') ?? '';
  if (key === '') errors.push('The key there was revoked: it is empty.');
  else if (key !== wanted) errors.push('The key there is not the one that this connection signs with.');
  const wrong = key !== wanted || found.length > 1;
  return { state: stateOf({ errors, warnings: [] }), found, problems: errors, record: wrong ? record : null };
}

async function checkDmarc({ dns, domain, sending }: CheckOptions): Promise<Item> {
  const own = await dmarcRecords(dns, domain);
  const above = organization(domain);
  const records = own.length > 0 || above === domain ? own : await dmarcRecords(dns, above);
  const record = {
    host: `_dmarc.${domain}`,
    type: 'TXT' as const,
    value: `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`,
  };
  if (records.length === 0)
    return {
      state: 'error',
      found: [],
      problems: ['There is no DMARC record. Gmail and Yahoo ask bulk senders for one.'],
      record,
    };
  if (records.length > 1)
    return {
      state: 'error',
      found: records,
      problems: [`There are ${records.length} DMARC records. Receivers then ignore all of them: keep one.`],
      record: null,
    };
  const tags = tagsOf(records[0]!);
  const policy = (own.length > 0 ? tags.get('p') : (tags.get('sp') ?? tags.get('p')))?.toLowerCase();
  const errors: string[] = [];
  const warnings: string[] = [];
  if (policy === undefined || !['none', 'quarantine', 'reject'].includes(policy))
    errors.push('It has no valid policy: p must be none, quarantine, or reject.');
  const dkim = sending.dkim ? alignment(domain, sending.dkim.domain) : null;
  const spf = alignment(domain, sending.returnPath ?? domain);
  const counts = (aligned: 'same' | 'organization' | 'none' | null, strict: boolean) =>
    aligned === 'same' || (aligned === 'organization' && !strict);
  const strict = (tag: string) => tags.get(tag)?.toLowerCase() === 's';
  if (!counts(dkim, strict('adkim')) && !counts(spf, strict('aspf')) && sending.dkimElsewhere === undefined)
    errors.push(
      'Neither the signature nor the return path is aligned with the sender, so DMARC fails for every email.',
    );
  if (policy === 'none')
    warnings.push(
      'Its policy is “none”: others can still send in your name. Move to quarantine once reports look right.',
    );
  return { state: stateOf({ errors, warnings }), found: records, problems: [...errors, ...warnings], record: null };
}

async function dmarcRecords(dns: Dns, domain: string): Promise<string[]> {
  return (await dns.txt(`_dmarc.${domain}`)).filter((text) => /^v=dmarc1\s*(;|$)/i.test(text.trim()));
}

async function checkMx({ dns, domain }: CheckOptions): Promise<Item> {
  const mx = await dns.mx(domain);
  const found = mx.map(({ priority, exchange }) => `${priority} ${exchange === '' ? '.' : exchange}`);
  // A null MX: no mail is taken (RFC 7505).
  if (mx.length === 1 && mx[0]!.exchange === '')
    return {
      state: 'error',
      found,
      problems: [`${domain} takes no mail at all, and many receivers refuse mail from such a domain.`],
      record: null,
    };
  if (mx.length > 0) return { state: 'ok', found, problems: [], record: null };
  return {
    state: 'warning',
    found,
    problems: [`${domain} has no mail server, so replies are lost and some receivers refuse its mail.`],
    record: null,
  };
}

/** Null where the provider sends under a return path of its own. */
async function checkReturnPath({ dns, domain, sending }: CheckOptions): Promise<Item | null> {
  if (sending.returnPath === undefined) return null;
  if (sending.returnPath === null)
    return {
      state: 'warning',
      found: [],
      problems: ['No bounce domain is set, so bounces go to the sender’s address and can’t be told from other mail.'],
      record: null,
    };
  const host = sending.returnPath;
  const mx = await dns.mx(host);
  const errors: string[] = [];
  const warnings: string[] = [];
  if (mx.length === 0)
    errors.push(`${host} has no mail server, so bounces get lost. Add an MX record that leads to your bounce mailbox.`);
  if (alignment(domain, host) === 'none')
    warnings.push(`${host} is not part of ${organization(domain)}, so SPF doesn’t count for DMARC.`);
  return {
    state: stateOf({ errors, warnings }),
    found: mx.map(({ priority, exchange }) => `${priority} ${exchange}`),
    problems: [...errors, ...warnings],
    record: null,
  };
}

function stateOf({ errors, warnings }: { errors: string[]; warnings: string[] }): DomainCheckItem['state'] {
  if (errors.length > 0) return 'error';
  return warnings.length > 0 ? 'warning' : 'ok';
}

/** `name=value` between semicolons; spaces within a key mean nothing. */
function tagsOf(record: string): Map<string, string> {
  return new Map(
    record.split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).replace(/\s+/g, '')] as const];
    }),
  );
}

/** Second levels under which names are given away, of the countries that have them. */
const secondLevels = new Set(['co', 'com', 'org', 'net', 'ac', 'go', 'gov', 'or', 'ne', 're', 'pe', 'edu', 'gob']);

/**
 * The domain that somebody has registered: the last two labels, or three in countries that give names away one level
 * below. Close enough for what it is used for: a wrong guess says “aligned” where it is not.
 */
export function organization(domain: string): string {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  const isSecond = last.length === 2 && labels.length > 2 && secondLevels.has(labels.at(-2)!);
  return labels.slice(isSecond ? -3 : -2).join('.');
}

function alignment(domain: string, other: string): 'same' | 'organization' | 'none' {
  if (domain === other) return 'same';
  return organization(domain) === organization(other) ? 'organization' : 'none';
}
