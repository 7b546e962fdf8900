import { ProviderError } from '@wend/node-sdk';
import type { ProviderErrorClass } from '@wend/node-sdk';
import { OutboundError } from '../../../../platform/outbound/index.js';
import { isDeadAddress } from '../../dead-address.js';

/**
 * What nodemailer adds to its errors. `stage` is how far the conversation was: `opening` is everything up to the login.
 */
export type SmtpFailure = Error & {
  code?: string;
  responseCode?: number;
  response?: string;
  command?: string;
  stage?: 'opening' | 'envelope' | 'data';
};

/**
 * The class of an SMTP failure. An answer of the server decides (RFC 5321: 4yz try later, 5yz never, 421 the service
 * goes away): then it has not taken the mail. Without an answer it matters whether the mail itself was on its way.
 */
export function smtpErrorOf(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof OutboundError && (error as SmtpFailure).stage !== 'data')
    return new ProviderError(
      {
        class: error.kind === 'refused' ? 'configuration' : error.kind,
        message: error.message,
        handedOver: false,
        away: true,
      },
      { cause: error },
    );
  const failure = (error instanceof Error ? error : new Error(String(error))) as SmtpFailure;
  const answered = failure.responseCode !== undefined;
  const handedOver = !answered && failure.stage === 'data';
  const away =
    failure.stage === 'opening' ||
    failure.responseCode === 421 ||
    (!answered && failure.code !== 'EENVELOPE' && failure.code !== 'EMESSAGE' && failure.stage === 'envelope');
  return new ProviderError(
    { class: classOf(failure), message: wordsFor(failure), handedOver, away },
    { cause: failure },
  );
}

/**
 * An address is dead only where the server says that of it: who may not relay, or is on a block list, is refused every
 * address there is.
 */
function classOf({ code, responseCode, command, response, message }: SmtpFailure): ProviderErrorClass {
  if (responseCode !== undefined) {
    if (responseCode < 500) return 'serverError';
    if (
      code === 'EAUTH' ||
      responseCode === 530 ||
      responseCode === 534 ||
      responseCode === 535 ||
      responseCode === 538
    )
      return 'configuration';
    if (command !== 'RCPT TO' && command !== 'DATA') return 'rejected';
    const words = response ?? String(responseCode);
    return isDeadAddress({ words, bareCounts: command === 'RCPT TO' }) ? 'badAddress' : 'rejected';
  }
  if (code === 'EAUTH' || code === 'ETLS') return 'configuration';
  // Of nodemailer’s own: it writes no address that is none.
  if (code === 'EENVELOPE') return message.startsWith('Invalid recipient') ? 'badAddress' : 'rejected';
  if (code === 'EMESSAGE') return 'rejected';
  if (code === 'ETIMEDOUT') return 'timeout';
  return 'network';
}

function wordsFor({ code, response, message }: SmtpFailure): string {
  const said = response?.replace(/\s+/g, ' ').trim().slice(0, 300);
  if (code === 'EAUTH') return `The mail server refused the login${said ? `: ${said}` : '.'}`;
  if (said) return `The mail server said: ${said}`;
  // OpenSSL's own words: `error:0A00010B:SSL routines:ssl3_get_record:wrong version number:…`.
  const tls = /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  if (tls === 'wrong version number')
    return 'The mail server does not speak TLS on this port: choose STARTTLS, or another port.';
  if (tls) return `A secure connection to the mail server failed: ${tls}.`;
  if (code === 'ETLS') return `A secure connection to the mail server failed: ${message}`;
  if (code === 'ETIMEDOUT') return 'The mail server did not answer in time.';
  return `The connection to the mail server failed: ${message}`;
}
