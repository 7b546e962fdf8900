import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { bounceSamples } from '../../test/bounce-samples.js';
import type { Sample } from '../../test/bounce-samples.js';
import { readReport } from './read-report.js';
import type { Report } from './read-report.js';

const messageId = '0192f3a4-1111-7222-8333-444455556666';
const signed = 'bounce+token@bounces.shop.example';
const own = `<${messageId}@shop.example>`;

async function read(source: string): Promise<Report> {
  return readReport({
    mail: await PostalMime.parse(source, { forceRfc822Attachments: true }),
    source,
    id: 'mailbox:1',
    readReturnPath: (address) => (address.replace(/[<>]/g, '') === signed ? messageId : null),
  });
}
const kindOf = (report: Report) => (report.kind === 'events' ? report.events[0]!.kind : report.kind);
const sample = (name: string): Sample => bounceSamples.find((each) => each.name.startsWith(name))!;

describe('a mail in the bounce mailbox', () => {
  it.each(bounceSamples)('$name is $kind, by its signed return path', async ({ kind, mail }) => {
    expect(kindOf(await read(mail({ to: signed })))).toBe(kind);
  });

  it.each(bounceSamples)('$name is $kind, by the Message-ID that it gives back', async ({ kind, mail }) => {
    expect(kindOf(await read(mail({ messageId: own })))).toBe(kind);
  });

  it.each(bounceSamples)('$name proves nothing without either', async ({ kind, mail }) => {
    expect(kindOf(await read(mail({ to: 'bounce+forged@bounces.shop.example' })))).toBe(
      kind === 'other' ? 'other' : 'unproven',
    );
  });

  it('says what the other side said, to whom and when', async () => {
    const report = await read(sample('Gmail').mail({ to: signed, recipient: 'kim@gmail.example' }));
    expect(report).toEqual({
      kind: 'events',
      events: [
        {
          kind: 'bounced',
          messageId,
          id: 'mailbox:1',
          recipient: 'kim@gmail.example',
          detail: expect.stringMatching(
            /^5\.1\.1 550-5\.1\.1 The email account that you tried to reach does not exist/,
          ),
          at: new Date('2026-03-10T00:30:00Z'),
        },
      ],
    });
    const complaint = await read(sample('a complaint').mail({ to: signed }));
    expect(complaint).toMatchObject({ events: [{ detail: 'Reported as spam (mail.portal.example)' }] });
  });

  it('is read at once, whatever a stranger puts into it', async () => {
    const began = performance.now();
    const words = 'a'.repeat(400_000);
    const source = `From: mailer-daemon@portal.example\r\nTo: ${words}\r\nX-Failed-Recipients: ${words}\r\n\r\n550 5.1.1 user unknown`;
    expect(kindOf(await read(source))).toBe('unproven');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('that is no mail at all, or claims to be a report of anything, does nothing', async () => {
    for (const source of [
      '',
      '\0\0\0',
      'Subject: hi\r\n\r\n550 5.1.1 user unknown',
      'Content-Type: message/delivery-status\r\n\r\n',
    ])
      expect(['other', 'unproven']).toContain(kindOf(await read(source)));
  });
});
