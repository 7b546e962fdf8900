import fc from 'fast-check';
import { expect, it } from 'vitest';
import { draftOf, readTrait, retyped, traitTypes, typeOfTrait } from './trait-values';

it('edits each value as its type', () => {
  expect(
    [
      'Ann',
      '10',
      '',
      '2026-05-01',
      '2026-13-01',
      '2026-05-01T12:00:00Z',
      10,
      -0.5,
      true,
      ['a', 'b'],
      [],
      ['a', 1],
      [' a'],
      { a: 1 },
    ].map(typeOfTrait),
  ).toEqual([
    'text',
    'text',
    'text',
    'date',
    'text',
    'date',
    'number',
    'number',
    'boolean',
    'list',
    'list',
    'json',
    'json',
    'json',
  ]);
});

it('says what is wrong, and makes nothing of it', () => {
  expect(readTrait({ type: 'number', text: '' })).toEqual({ problem: 'number' });
  expect(readTrait({ type: 'number', text: '1,5' })).toEqual({ problem: 'number' });
  expect(readTrait({ type: 'number', text: '0x10' })).toEqual({ problem: 'number' });
  expect(readTrait({ type: 'number', text: '1e999' })).toEqual({ problem: 'number' });
  expect(readTrait({ type: 'number', text: ' 1.5 ' })).toEqual({ value: 1.5 });
  expect(readTrait({ type: 'date', text: '2026-02-30' })).toEqual({ problem: 'date' });
  expect(readTrait({ type: 'json', text: '{a:1}' })).toEqual({ problem: 'json' });
  expect(readTrait({ type: 'json', text: 'null' })).toEqual({ problem: 'empty' });
  expect(readTrait({ type: 'list', text: ' a \n\n김민수\n' })).toEqual({ value: ['a', '김민수'] });
});

it('gives back every value that is not changed', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
      fc.pre(value !== null);
      const read = readTrait(draftOf(value as never));
      expect('value' in read ? JSON.stringify(read.value) : read).toEqual(JSON.stringify(value));
    }),
    { seed: 3, numRuns: 500 },
  );
});

it('takes along what it can when the type is changed', () => {
  expect(retyped({ type: 'text', text: '10' }, 'number')).toEqual({ type: 'number', text: '10' });
  expect(retyped({ type: 'number', text: '10' }, 'text')).toEqual({ type: 'text', text: '10' });
  expect(retyped({ type: 'list', text: 'a\nb' }, 'json').text).toBe('[\n  "a",\n  "b"\n]');
  expect(retyped({ type: 'text', text: 'no' }, 'boolean')).toEqual({ type: 'boolean', text: 'false' });
  for (const from of traitTypes)
    for (const to of traitTypes) expect(retyped({ type: from, text: 'x' }, to).type).toBe(to);
});
