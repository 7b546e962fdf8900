import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Destinations } from './destination.js';
import { OutboundError, outboundErrorOf } from './outbound-error.js';
import { pinned } from './pinned.js';

type ConnectTlsOptions = {
  destinations: Destinations;
  host: string;
  port: number;
  timeoutMs: number;
  /** Certificates of a test. */
  ca?: string;
};

/**
 * A TLS connection to a checked address of an HTTPS server, its certificate verified for the host: for libraries that
 * speak HTTP themselves. Throws `OutboundError`.
 */
export async function connectTls({ destinations, host, port, timeoutMs, ca }: ConnectTlsOptions): Promise<TLSSocket> {
  const addresses = await destinations
    .addressesOf({ hostname: host, port, protocol: 'http' })
    .catch((error: unknown) => {
      throw outboundErrorOf(error);
    });
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      servername: host,
      lookup: pinned(addresses),
      ALPNProtocols: ['http/1.1'],
      ...(ca !== undefined && { ca }),
    });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const late = setTimeout(
      () => fail(new OutboundError('timeout', 'The server did not take the connection in time.', false)),
      timeoutMs,
    );
    const refused = (error: Error): void => {
      clearTimeout(late);
      const { kind, message } = outboundErrorOf(error);
      // Whatever went wrong: nothing was said yet.
      fail(new OutboundError(kind, message, false, { cause: error }));
    };
    socket.once('error', refused);
    socket.once('secureConnect', () => {
      clearTimeout(late);
      socket.off('error', refused);
      resolve(socket);
    });
  });
}
