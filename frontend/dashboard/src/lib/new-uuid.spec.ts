import { expect, it } from 'vitest';
import { z } from 'zod';
import { newUuid } from './new-uuid';

it('makes ids that the API takes, each another one', () => {
  const ids = Array.from({ length: 100 }, newUuid);
  for (const id of ids) expect(z.uuid({ version: 'v4' }).safeParse(id).success, id).toBe(true);
  expect(new Set(ids).size).toBe(100);
});
