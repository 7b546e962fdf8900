import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dkimProblem, signedHeaders } from '../../../../test/dkim-verifier.js';
import { dkimRecord, dkimSigned, newDkimKey, readDkimKey } from './dkim.js';
import { mimeOf } from './mime.js';

const mail = mimeOf({
  id: '1f0c1f3e-9c9c-4b5e-8f2e-0c1d2e3f4a5b',
  date: new Date('2026-03-01T09:00:00Z'),
  from: { name: '민지 상점', address: 'shop@example.com' },
  to: 'ann@example.net',
  replyTo: { name: '', address: 'help@example.com' },
  subject: '안녕하세요 🎉 특별한 소식을 전해 드립니다. 지금 확인하세요',
  html: '<p>Hi\t there  </p>\n\n\n',
  text: 'Hi \n\n',
  headers: {
    'List-Unsubscribe': '<https://wend.example/t/u/abc>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
  images: [],
  attachments: [],
});

const keys = {
  rsa: readDkimKey(await newDkimKey())!,
  ed25519: generateKeyPairSync('ed25519').privateKey,
};

/** RFC 8463, appendix A: its mail with its Ed25519 signature, and its record. */
const published = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`.replaceAll('\n', '\r\n');

describe('DKIM', () => {
  it('is judged by a verifier that knows the published example, and no other than that', () => {
    const dns = {
      'brisbane._domainkey.football.example.com': 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
    };
    expect(dkimProblem(Buffer.from(published), dns)).toBeNull();
    expect(dkimProblem(Buffer.from(published.replace('dinner', 'lunch')), dns)).toBe('the headers were changed');
    expect(dkimProblem(Buffer.from(published.replace('lost', 'won')), dns)).toBe('the body was changed');
  });

  it.each(['rsa', 'ed25519'] as const)('%s signatures verify by the record that is shown', (kind) => {
    const key = keys[kind];
    const signed = dkimSigned(mail, { domain: 'example.com', selector: 'wend', key });
    const dns = { 'wend._domainkey.example.com': dkimRecord(key) };
    expect(dkimProblem(signed, dns)).toBeNull();
    expect(signedHeaders(signed)).toEqual(
      expect.arrayContaining(['from', 'subject', 'reply-to', 'list-unsubscribe', 'list-unsubscribe-post']),
    );
    expect(
      signed
        .toString()
        .split('\r\n')
        .every((line) => line.length <= 100),
    ).toBe(true);
    // On the way spaces fold and lines end differently; that is what relaxed means.
    expect(
      dkimProblem(Buffer.from(signed.toString().replace('To: ann', 'TO:\r\n\t ann') + '\r\n\r\n'), dns),
    ).toBeNull();
  });

  it('does not verify when a signed header is changed, left out or there once more', () => {
    const signed = dkimSigned(mail, { domain: 'example.com', selector: 'wend', key: keys.rsa }).toString();
    const dns = { 'wend._domainkey.example.com': dkimRecord(keys.rsa) };
    for (const changed of [
      signed.replace('/t/u/abc', '/t/u/abd'),
      signed.replace('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n', ''),
      signed.replace('\r\nFrom: ', '\r\nFrom: Mallory <m@evil.example>\r\nFrom: '),
      signed.replace('\r\nSubject: ', '\r\nSubject: Win\r\nSubject: '),
    ]) {
      expect(changed).not.toBe(signed);
      expect(dkimProblem(Buffer.from(changed), dns)).toBe('the headers were changed');
    }
  });

  it('reads keys as people paste them, and takes none that receivers refuse', async () => {
    const pem = await newDkimKey();
    for (const pasted of [pem, pem.replace(/\n/g, '\\n'), pem.replace(/\n/g, ' '), pem.replace(/\n/g, '\r\n')])
      expect(readDkimKey(pasted)?.export({ type: 'pkcs8', format: 'pem' })).toBe(pem);
    const weak = generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey;
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    for (const key of [weak, curve])
      expect(readDkimKey(key.export({ type: 'pkcs8', format: 'pem' }) as string)).toBeNull();
    for (const text of ['', 'secret', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'])
      expect(readDkimKey(text)).toBeNull();
  });
});

it('signs a mail whose body is nothing but empty lines', () => {
  const empty = Buffer.from('From: shop@example.com\r\nSubject: Hi\r\n\r\n\r\n\r\n');
  const signed = dkimSigned(empty, { domain: 'example.com', selector: 'wend', key: keys.rsa });
  // RFC 6376 3.4.4: of an empty body.
  expect(signed.toString()).toContain('bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});
