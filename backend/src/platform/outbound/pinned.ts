import type { Address } from './destination.js';

type LookupCallback = (error: Error | null, address: string | Address[], family?: number) => void;

/** A lookup that only knows the checked addresses. */
export function pinned(addresses: Address[]) {
  return (_hostname: string, options: { all?: boolean | undefined }, callback: LookupCallback): void => {
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}
