import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Destinations } from './destination.js';
import { OutboundError } from './outbound-error.js';

type ConnectToMailServerOptions = {
  destinations: Destinations;
  host: string;
  port: number;
  timeoutMs: number;
};

/** A plain TCP connection to a checked address of a mail server; the caller speaks SMTP (and TLS) over it. */
export async function connectToMailServer({
  destinations,
  host,
  port,
  timeoutMs,
}: ConnectToMailServerOptions): Promise<Socket> {
  const addresses = await destinations.addressesOf({ hostname: host, port, protocol: 'smtp' });
  let failure: unknown;
  for (const { address } of addresses.slice(0, 3)) {
    try {
      return await open({ address, port, timeoutMs });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function open({ address, port, timeoutMs }: { address: string; port: number; timeoutMs: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // A mail ends with a small write of its own, which else waits for the acknowledgement of the one before: 40 ms a mail.
    const socket = connect({ host: address, port, noDelay: true });
    const late = (): void =>
      void socket.destroy(new OutboundError('timeout', 'The mail server did not take the connection in time.', false));
    socket.setTimeout(timeoutMs, late);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      // Its silence later says something else.
      socket.off('timeout', late);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
