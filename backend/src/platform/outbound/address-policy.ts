import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Not public (IANA special-purpose registries), and Azure's platform address, which hands out credentials like
 * 169.254.169.254.
 */
const refusedIpv4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
];
/**
 * Inside 2000::/3 but not for the public: IETF assignments with Teredo, documentation. All outside 2000::/3 is refused.
 */
const refusedIpv6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
];

const ipv4 = listOf(refusedIpv4, 'ipv4');
const ipv6 = listOf(refusedIpv6, 'ipv6');
const globalIpv6 = listOf([['2000::', 3]], 'ipv6');

/**
 * Whether an address may be connected to from a server that lies inside a private network. Forms of IPv6 that carry an
 * IPv4 address (mapped, NAT64, 6to4) are judged by the address inside. Anything that is not a plain address is refused.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !ipv4.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  const groups = groupsOf(address);
  const inside = embeddedIpv4(groups);
  if (inside !== null) return isPublicAddress(inside);
  return globalIpv6.check(address, 'ipv6') && !ipv6.check(address, 'ipv6');
}

function embeddedIpv4(groups: number[]): string | null {
  const starts = (...prefix: number[]) => prefix.every((group, index) => groups[index] === group);
  // ::ffff:0:0/96 (mapped) and 64:ff9b::/96 (NAT64) carry it at the end, 2002::/16 (6to4) after the prefix.
  if (starts(0, 0, 0, 0, 0, 0xffff) || starts(0x64, 0xff9b, 0, 0, 0, 0)) return dotted(groups[6]!, groups[7]!);
  if (starts(0x2002)) return dotted(groups[1]!, groups[2]!);
  return null;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of a valid IPv6 address. The URL parser brings every spelling into one form first. */
function groupsOf(address: string): number[] {
  const normal = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = normal.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  if (after === undefined) return parse(before);
  const head = parse(before);
  const tail = parse(after);
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function listOf(subnets: [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, family);
  return list;
}
