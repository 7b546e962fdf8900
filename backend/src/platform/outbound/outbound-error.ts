/**
 * `refused`: our own rules forbid the address, or so large an answer; asking again changes nothing. `timeout`, `network`: it may work later.
 * `handedOver`: the other side may have received the request.
 */
export type OutboundErrorKind = 'refused' | 'timeout' | 'network';

export class OutboundError extends Error {
  constructor(
    readonly kind: OutboundErrorKind,
    message: string,
    readonly handedOver: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OutboundError';
  }
}

/** What went wrong below HTTP or SMTP, in words, with whether the other side may have got something. */
export function outboundErrorOf(error: unknown): OutboundError {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof OutboundError) return at;
  const failure = error instanceof Error ? error : new Error(String(error));
  const given: unknown = (failure as NodeJS.ErrnoException).code;
  const code = typeof given === 'string' ? given : failure.name;
  const kind = timeouts.has(code) ? 'timeout' : 'network';
  return new OutboundError(
    kind,
    words[code] ?? `The connection failed: ${failure.message || code}.`,
    !beforeSending.has(code) && !code.startsWith('ERR_TLS') && !code.includes('CERT'),
    { cause: failure },
  );
}

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  'TimeoutError',
]);
const beforeSending = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'EPROTO',
]);
const words: Record<string, string> = {
  ECONNREFUSED: 'The server refused the connection.',
  ECONNRESET: 'The server closed the connection before it answered.',
  UND_ERR_SOCKET: 'The server closed the connection before it answered.',
  ENOTFOUND: 'The host name does not exist.',
  EAI_AGAIN: 'The host name could not be looked up at the moment.',
  UND_ERR_CONNECT_TIMEOUT: 'The server did not take the connection in time.',
  UND_ERR_HEADERS_TIMEOUT: 'The server did not answer in time.',
  UND_ERR_BODY_TIMEOUT: 'The server did not finish its answer in time.',
  TimeoutError: 'The server did not answer in time.',
};
