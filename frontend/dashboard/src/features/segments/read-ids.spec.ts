import { describe, expect, it } from 'vitest';
import { chunksOf, idsOfFile, readIds } from './read-ids';

describe('ids that were pasted', () => {
  it('are read from lines and from cells, each once', () => {
    expect(readIds('\uFEFFu-1\r\nu-2, u-3;"u 4"\tu-1\n\n  김민지 \n')).toEqual(['u-1', 'u-2', 'u-3', 'u 4', '김민지']);
    expect(readIds(' \n,;')).toEqual([]);
  });

  it('go in pieces of what a request takes', () => {
    const ids = Array.from({ length: 2_001 }, (_, index) => index);
    expect(chunksOf(ids).map((each) => each.length)).toEqual([1_000, 1_000, 1]);
    expect(chunksOf(ids).flat()).toEqual(ids);
    expect(chunksOf([])).toEqual([]);
  });
});

it('takes the first column of a file, however it is written, without its heading', () => {
  expect(idsOfFile('\uFEFFuser_id;name\r\nu-1;민지\r\n"u ""2""";x\r\n\r\nu-1;again\n')).toEqual(['u-1', 'u "2"']);
  expect(idsOfFile('u-1\ru-2\r')).toEqual(['u-1', 'u-2']);
  expect(idsOfFile('')).toEqual([]);
});
