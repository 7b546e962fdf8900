import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './address-policy.js';
import { OutboundError } from './outbound-error.js';

export type Address = { address: string; family: number };
export type Resolve = (hostname: string) => Promise<Address[]>;

/** Ports that HTTP, mail submission and IMAP use; others only through WEND_OUTBOUND_ALLOW. */
const ports = { http: [80, 443, 8080, 8443], smtp: [25, 465, 587, 2525], imap: [143, 993] } as const;

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

type AddressesOfOptions = {
  hostname: string;
  port: number;
  protocol: keyof typeof ports;
};

/**
 * Decides which addresses a connection may be made to. A name is resolved once and every address it has must be public;
 * the caller connects to what is returned and never resolves again, so a name cannot change its mind in between.
 */
export class Destinations {
  private readonly allowed: Set<string>;
  private readonly resolve: Resolve;

  constructor(options: { allow: readonly string[]; resolve?: Resolve }) {
    this.allowed = new Set(options.allow.map(normalEntry));
    this.resolve = options.resolve ?? resolveBySystem;
  }

  /**
   * The checked addresses of a host. Throws an `OutboundError` (`refused`) when any of them, or the port, is not
   * allowed.
   */
  async addressesOf({ hostname, port, protocol }: AddressesOfOptions): Promise<Address[]> {
    const host = hostname
      .replace(/^\[|\]$/g, '')
      .replace(/\.$/, '')
      .toLowerCase();
    const allowed = this.allowed.has(`${host}:${port}`);
    if (!allowed && !(ports[protocol] as readonly number[]).includes(port))
      throw refused(
        `Port ${port} is not allowed for outgoing connections; use one of ${ports[protocol].join(', ')}, or add ${hostname}:${port} to WEND_OUTBOUND_ALLOW.`,
      );
    const addresses = isIP(host) === 0 ? await this.resolve(host) : [{ address: host, family: isIP(host) }];
    if (addresses.length === 0) throw new OutboundError('network', 'The host name has no address.', false);
    if (!allowed && !addresses.every(({ address }) => isPublicAddress(address)))
      throw refused(
        `${hostname} leads to a private address. If that is meant, add ${hostname}:${port} to WEND_OUTBOUND_ALLOW.`,
      );
    return addresses;
  }
}

function refused(message: string): OutboundError {
  return new OutboundError('refused', message, false);
}

function normalEntry(entry: string): string {
  const url = new URL(`http://${entry}`);
  return `${url.hostname.replace(/^\[|\]$/g, '')}:${url.port || '80'}`;
}
