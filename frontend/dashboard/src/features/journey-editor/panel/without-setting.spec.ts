import type { JsonObject } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { withoutSetting } from './without-setting';

describe('a config without a setting', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['subjekt', { subject: 'x', subjekt: 'y' }, { subject: 'x' }],
    [
      'headers[1].extra',
      { headers: [{ extra: 1 }, { name: 'a', extra: 2 }] },
      { headers: [{ extra: 1 }, { name: 'a' }] },
    ],
    ['a.b', { 'a.b': 1, a: { b: 2 } }, { a: { b: 2 } }],
    ['a.b.c', { 'a.b': { c: 1, d: 2 } }, { 'a.b': { d: 2 } }],
    ['gone.x', { subject: 'x' }, { subject: 'x' }],
  ])('%s', (path, config, expected) => {
    expect(withoutSetting(config, path)).toEqual(expected);
  });
});
