import { describe, expect, it } from 'vitest';
import { OutboundError } from '../platform/outbound/index.js';
import { retryAfterSeconds } from './retry-after.js';
import { smtpErrorOf } from './smtp-error.js';

const smtp = (details: Record<string, unknown>) => smtpErrorOf(Object.assign(new Error('Failed'), details));

describe('failures of SMTP', () => {
  it.each([
    [{ responseCode: 450, command: 'RCPT TO', code: 'EENVELOPE' }, 'serverError'],
    [{ responseCode: 421, code: 'ECONNECTION' }, 'serverError'],
    [{ responseCode: 454, code: 'EAUTH' }, 'serverError'],
    [{ responseCode: 535, code: 'EAUTH' }, 'configuration'],
    [{ responseCode: 530, command: 'MAIL FROM', code: 'EENVELOPE' }, 'configuration'],
    [{ responseCode: 550, command: 'MAIL FROM', code: 'EENVELOPE' }, 'rejected'],
    [{ responseCode: 550, command: 'RCPT TO', code: 'EENVELOPE' }, 'badAddress'],
    [{ responseCode: 554, command: 'DATA', code: 'EMESSAGE' }, 'badAddress'],
    [{ code: 'ETIMEDOUT' }, 'timeout'],
    [{ code: 'ETLS' }, 'configuration'],
    [{ code: 'ESOCKET' }, 'network'],
  ])('%j is %s', (details, expected) => {
    expect(smtp(details)).toMatchObject({ class: expected, handedOver: false });
  });
  it('an answer says that the mail was not taken; silence in the middle says nothing', () => {
    expect(smtp({ code: 'ESOCKET', handedOver: true }).handedOver).toBe(true);
    expect(smtp({ code: 'EMESSAGE', responseCode: 451, command: 'DATA', handedOver: true }).handedOver).toBe(false);
  });
  it('an address that our own rules refuse is for somebody to put right', () => {
    expect(smtpErrorOf(new OutboundError('refused', 'private', false))).toMatchObject({ class: 'configuration', message: 'private' });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-04T09:00:00Z');
  it.each([['120', 120], ['0', 0], ['Wed, 04 Mar 2026 09:01:30 GMT', 90], ['Wed, 04 Mar 2026 08:00:00 GMT', 0], ['999999999', 86_400], ['soon', null], ['', null], [undefined, null], ['-5', null]])('%s is %s', (header, expected) => {
    expect(retryAfterSeconds(header, now)).toBe(expected);
  });
});
