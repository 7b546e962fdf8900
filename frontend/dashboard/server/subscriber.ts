/**
 * Whom to count an address as: of IPv6 the network of 64 bits, which one subscriber has for themselves, else the
 * address. The api counts so too.
 */
export function subscriberOf(address: string): string {
  if (!address.includes(':') || /^::ffff:\d+\./i.test(address)) return address;
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  return [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ? tail.split(':') : [])]
    .slice(0, 4)
    .join(':');
}
