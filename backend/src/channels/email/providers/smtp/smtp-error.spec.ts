import { describe, expect, it } from 'vitest';
import { OutboundError } from '../../../../platform/outbound/index.js';
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
    expect(smtp({ code: 'ESOCKET', stage: 'data' })).toMatchObject({ handedOver: true, away: false });
    expect(smtp({ code: 'ESOCKET', stage: 'envelope' })).toMatchObject({ handedOver: false, away: true });
    expect(smtp({ code: 'EMESSAGE', responseCode: 451, command: 'DATA', stage: 'data' })).toMatchObject({
      handedOver: false,
      away: false,
    });
  });
  it('what fails before a mail is begun, and a server that says goodbye, say nothing about the mail', () => {
    for (const details of [
      { code: 'EAUTH', responseCode: 535, stage: 'opening' },
      { code: 'ETLS', stage: 'opening' },
      { responseCode: 421, code: 'EENVELOPE', command: 'MAIL FROM', stage: 'envelope' },
      { responseCode: 421, command: 'DATA', stage: 'data' },
    ])
      expect(smtp(details)).toMatchObject({ handedOver: false, away: true });
    expect(smtp({ responseCode: 550, command: 'RCPT TO', code: 'EENVELOPE', stage: 'envelope' })).toMatchObject({
      away: false,
    });
    // Our own limit on silence, set while connecting, must not speak for a mail that is on its way.
    expect(smtpErrorOf(Object.assign(new OutboundError('timeout', 'late', false), { stage: 'data' }))).toMatchObject({
      handedOver: true,
      away: false,
    });
  });
  it('an address that our own rules refuse is for somebody to put right', () => {
    expect(smtpErrorOf(new OutboundError('refused', 'private', false))).toMatchObject({
      class: 'configuration',
      message: 'private',
    });
  });
});
