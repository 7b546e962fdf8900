import { describe, expect, it } from 'vitest';
import { apiConfig } from '../config/index.js';
import { Secrets } from './secrets.js';

const withKey = (key: string) =>
  new Secrets(apiConfig({ DATABASE_URL: 'postgres://localhost/wend', WEND_SECRET_KEY: key }));
const secrets = withKey('1f'.repeat(32));
const sealed = secrets.seal({ purpose: 'connection', context: 'row 1', plain: 'pässword' });

describe('sealing', () => {
  it('opens what it sealed, and seals differently each time', () => {
    expect(secrets.open({ purpose: 'connection', context: 'row 1', sealed })).toBe('pässword');
    expect(secrets.seal({ purpose: 'connection', context: 'row 1', plain: 'pässword' }).equals(sealed)).toBe(false);
    expect(
      secrets.open({ purpose: 'x', context: '', sealed: secrets.seal({ purpose: 'x', context: '', plain: '' }) }),
    ).toBe('');
  });

  it('does not open in another row, for another purpose, with another key, or when a byte was changed', () => {
    expect(() => secrets.open({ purpose: 'connection', context: 'row 2', sealed })).toThrow('cannot be opened');
    expect(() => secrets.open({ purpose: 'other', context: 'row 1', sealed })).toThrow('cannot be opened');
    expect(() => withKey('2f'.repeat(32)).open({ purpose: 'connection', context: 'row 1', sealed })).toThrow(
      'WEND_SECRET_KEY differs',
    );
    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      expect(
        () => secrets.open({ purpose: 'connection', context: 'row 1', sealed: changed }),
        `byte ${index}`,
      ).toThrow();
    }
    expect(() => secrets.open({ purpose: 'connection', context: 'row 1', sealed: sealed.subarray(0, 20) })).toThrow(
      'unknown format',
    );
  });
});

describe('signing', () => {
  it('verifies only the same text for the same purpose', () => {
    const signature = secrets.sign({ purpose: 'link', text: 'a' });
    expect(secrets.verify({ purpose: 'link', text: 'a', signature })).toBe(true);
    expect(secrets.verify({ purpose: 'link', text: 'b', signature })).toBe(false);
    expect(secrets.verify({ purpose: 'open', text: 'a', signature })).toBe(false);
    expect(secrets.verify({ purpose: 'link', text: 'a', signature: '' })).toBe(false);
  });
});
