import type { Scope } from '../platform/database/index.js';
import type { Secrets } from '../platform/secrets/index.js';

/**
 * One spelling of an address, however people and providers write it: letters in lower case, of a telephone number its
 * digits, with `+` where it is international.
 */
export function normalAddress(address: string): string {
  const trimmed = address.normalize('NFC').trim();
  if (/^(\+|00)?[\d\s().\-/]+$/.test(trimmed) && /\d/.test(trimmed)) {
    const digits = trimmed.replace(/\D/g, '');
    if (trimmed.startsWith('+')) return `+${digits}`;
    return digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
  }
  return trimmed.toLowerCase();
}

/**
 * What an address is found by: a keyed hash, so that one whose person was erased is still known when it comes back, and
 * nobody can read it.
 */
export function addressKey(
  secrets: Secrets,
  { workspaceId, channel, address }: Scope & { channel: string; address: string },
): string {
  return secrets.sign({ purpose: 'suppression', text: `${workspaceId}:${channel}:${normalAddress(address)}` });
}
