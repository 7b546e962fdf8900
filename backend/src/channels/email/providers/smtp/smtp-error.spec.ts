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
    [{ responseCode: 554, command: 'DATA', code: 'EMESSAGE' }, 'rejected'],
    [{ code: 'ETIMEDOUT' }, 'timeout'],
    [{ code: 'ETLS' }, 'configuration'],
    [{ code: 'ESOCKET' }, 'network'],
  ])('%j is %s', (details, expected) => {
    expect(smtp(details)).toMatchObject({ class: expected, handedOver: false });
  });
  it.each([
    ['RCPT TO', '550 5.1.1 <ada@shop.example>: Recipient address rejected: User unknown', 'badAddress'],
    ['RCPT TO', '550 No such user here', 'badAddress'],
    ['RCPT TO', '550 Refused', 'badAddress'],
    ['DATA', '550 5.1.1 The account does not exist', 'badAddress'],
    // All of these would be said of any address: taken for dead ones, they would silence everybody for good.
    ['RCPT TO', '554 5.7.1 <ada@shop.example>: Relay access denied', 'rejected'],
    ['RCPT TO', '550 relaying denied', 'rejected'],
    ['RCPT TO', '550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using Spamhaus', 'rejected'],
    ['RCPT TO', '554 5.7.1 <ada@shop.example>: Recipient address rejected: Access denied', 'rejected'],
    ['RCPT TO', '552 5.2.2 Mailbox full', 'rejected'],
    ['DATA', '554 5.7.1 Message rejected due to spam content', 'rejected'],
    ['DATA', '552 5.3.4 Message too large', 'rejected'],
    ['DATA', '550 Message rejected', 'rejected'],
  ])('%s %s is %s', (command, response, expected) => {
    const responseCode = Number(response.slice(0, 3));
    expect(smtp({ responseCode, command, response, code: 'EENVELOPE' })).toMatchObject({ class: expected });
  });
  it('a sender that is no address says nothing of the recipient', () => {
    const failed = (message: string) => smtpErrorOf(Object.assign(new Error(message), { code: 'EENVELOPE' })).class;
    expect([failed('Invalid sender "a\u0000"'), failed('Invalid recipient "a\u0000"')]).toEqual([
      'rejected',
      'badAddress',
    ]);
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
