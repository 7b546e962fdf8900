import { BlockList, isIP } from 'node:net';
import type { Dns } from './dns.js';

/** What an SPF record lets send, with all that it includes (RFC 7208). */
export type SenderPolicy = {
  record: string;
  /** Terms that ask DNS; more than ten make receivers refuse the record. */
  lookups: number;
  /** Every domain that was asked: of `include` and `redirect`. */
  names: Set<string>;
  networks: BlockList;
  /** What becomes of others: `-all`, `~all`, `?all`, `+all`; null where it does not say. */
  all: string | null;
  /** Domains that it names and that have no record. */
  broken: string[];
};

export const mostLookups = 10;
/** Further is not read: it is refused long before. */
const readAtMost = 20;
const mechanism = /^([+\-~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:[:]([^/\s]+))?(\/\S+)?$/i;

/** The records of a domain that are SPF; more than one is an error (RFC 7208, section 4.5). */
export async function policyRecords(dns: Dns, domain: string): Promise<string[]> {
  return (await dns.txt(domain)).filter((text) => /^v=spf1(\s|$)/i.test(text));
}

/** Reads a record with all that it includes, as far as receivers do. */
export async function readPolicy(
  dns: Dns,
  { domain, record }: { domain: string; record: string },
): Promise<SenderPolicy> {
  const policy: SenderPolicy = {
    record,
    lookups: 0,
    names: new Set(),
    networks: new BlockList(),
    all: null,
    broken: [],
  };
  await readTerms({ dns, policy, domain, record, top: true });
  return policy;
}

type ReadTermsOptions = { dns: Dns; policy: SenderPolicy; domain: string; record: string; top: boolean };

async function readTerms({ dns, policy, domain, record, top }: ReadTermsOptions): Promise<void> {
  let hasAll = false;
  for (const term of record.split(/\s+/).slice(1)) {
    const found = mechanism.exec(term);
    if (!found) continue;
    const [, sign = '', name = '', value, prefix] = found;
    const kind = name.toLowerCase();
    if (kind === 'all') {
      hasAll = true;
      if (top) policy.all = `${sign === '' ? '+' : sign}all`;
      continue;
    }
    if (kind === 'ip4' || kind === 'ip6') {
      if (sign === '' || sign === '+') addNetwork(policy.networks, `${value ?? ''}${prefix ?? ''}`);
      continue;
    }
    policy.lookups += 1;
    // Names that are made of the sender of each mail cannot be looked up beforehand.
    if (policy.lookups > readAtMost || (value ?? '').includes('%')) continue;
    const target = (value ?? domain).toLowerCase().replace(/\.$/, '');
    if (kind === 'include') await follow({ dns, policy, target });
    if (kind === 'a') addAddresses({ policy, addresses: await dns.addresses(target), prefix });
    if (kind === 'mx')
      for (const { exchange } of (await dns.mx(target)).slice(0, 10))
        addAddresses({ policy, addresses: await dns.addresses(exchange), prefix });
  }
  const redirect = /(?:^|\s)redirect=(\S+)/i.exec(record)?.[1];
  if (redirect === undefined || hasAll || redirect.includes('%')) return;
  policy.lookups += 1;
  if (policy.lookups > readAtMost) return;
  await follow({ dns, policy, target: redirect.toLowerCase().replace(/\.$/, ''), top });
}

async function follow({
  dns,
  policy,
  target,
  top = false,
}: {
  dns: Dns;
  policy: SenderPolicy;
  target: string;
  top?: boolean;
}): Promise<void> {
  if (policy.names.has(target)) return;
  policy.names.add(target);
  const [record] = await policyRecords(dns, target);
  if (record === undefined) policy.broken.push(target);
  else await readTerms({ dns, policy, domain: target, record, top });
}

function addAddresses({
  policy,
  addresses,
  prefix,
}: {
  policy: SenderPolicy;
  addresses: string[];
  prefix: string | undefined;
}): void {
  const [, four, six] = /^\/(\d+)?(?:\/\/(\d+))?$/.exec(prefix ?? '') ?? [];
  for (const address of addresses) {
    const bits = isIP(address) === 6 ? six : four;
    addNetwork(policy.networks, bits === undefined ? address : `${address}/${bits}`);
  }
}

/** What is no network is left out, as receivers do who then refuse the record. */
function addNetwork(networks: BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  if (family === 0) return;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const length = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
  if (Number.isInteger(length) && length >= 0 && length <= (family === 6 ? 128 : 32))
    networks.addSubnet(address, length, type);
}

/** Whether mail from this address is let through. */
export function letsSend({ networks }: SenderPolicy, address: string): boolean {
  return networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The record with one more mechanism, before what it says of all others. */
export function withMechanism(record: string | null, mechanism: string): string {
  if (record === null) return `v=spf1 ${mechanism} ~all`;
  const terms = record.trim().split(/\s+/);
  const at = terms.findIndex((term, index) => index > 0 && /^[+\-~?]?all$|^redirect=/i.test(term));
  return at < 0
    ? [...terms, mechanism, '~all'].join(' ')
    : [...terms.slice(0, at), mechanism, ...terms.slice(at)].join(' ');
}
