import type { Program } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { canonicalJson, programHash } from './program-hash.js';

describe('canonical JSON', () => {
  it('does not depend on the order of keys, but on the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
    expect(canonicalJson({ a: null, b: [{ c: undefined, d: 1 }] })).toBe(canonicalJson({ b: [{ d: 1 }], a: null }));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  it('survives a round trip through JSON, so that a stored program can be checked', () => {
    const program: Program = {
      format: 1,
      instructions: [{ node: 'x', enter: true, op: 'end', reason: 'done' }],
      facts: [],
      firstReads: [],
      exits: [],
      names: { x: 'X', 'a"': 'ü' },
      entryPaths: [],
      eventPaths: {},
    };
    expect(programHash(JSON.parse(JSON.stringify(program)))).toBe(programHash(program));
    expect(programHash(program)).toMatch(/^[0-9a-f]{64}$/);
  });
});
