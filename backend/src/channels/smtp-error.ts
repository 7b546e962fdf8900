import { OutboundError } from '../platform/outbound/index.js';
import { ProviderError } from './provider.js';
import type { ProviderErrorClass } from './provider.js';

/** What nodemailer adds to its errors; `handedOver` comes from `SmtpPool`. */
export type SmtpFailure = Error & { code?: string; responseCode?: number; response?: string; command?: string; handedOver?: boolean };

/**
 * The class of an SMTP failure. An answer of the server decides (RFC 5321: 4yz try later, 5yz never): then it has not taken the
 * mail. Without an answer it matters whether the whole mail was on its way.
 */
export function smtpErrorOf(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof OutboundError) return new ProviderError({ class: error.kind === 'refused' ? 'configuration' : error.kind, message: error.message, handedOver: false }, { cause: error });
  const failure = (error instanceof Error ? error : new Error(String(error))) as SmtpFailure;
  const answered = failure.responseCode !== undefined;
  return new ProviderError({ class: classOf(failure), message: wordsFor(failure), handedOver: !answered && failure.handedOver === true }, { cause: failure });
}

function classOf({ code, responseCode, command }: SmtpFailure): ProviderErrorClass {
  if (responseCode !== undefined) {
    if (responseCode < 500) return 'serverError';
    if (code === 'EAUTH' || responseCode === 530 || responseCode === 534 || responseCode === 535 || responseCode === 538) return 'configuration';
    return command === 'RCPT TO' || command === 'DATA' ? 'badAddress' : 'rejected';
  }
  if (code === 'EAUTH' || code === 'ETLS') return 'configuration';
  if (code === 'EENVELOPE') return 'badAddress';
  if (code === 'ETIMEDOUT') return 'timeout';
  return 'network';
}

function wordsFor({ code, response, message }: SmtpFailure): string {
  const said = response?.replace(/\s+/g, ' ').trim().slice(0, 300);
  if (code === 'EAUTH') return `The mail server refused the login${said ? `: ${said}` : '.'}`;
  if (said) return `The mail server said: ${said}`;
  if (code === 'ETLS') return `A secure connection to the mail server failed: ${message}`;
  if (code === 'ETIMEDOUT') return 'The mail server did not answer in time.';
  return `The connection to the mail server failed: ${message}`;
}
