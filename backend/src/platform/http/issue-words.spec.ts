import { expect, it } from 'vitest';
import { z } from 'zod';
import { issueWords } from './issue-words.js';

const said = (schema: z.ZodType, value: unknown): string =>
  schema.safeParse(value, { error: issueWords }).error!.issues[0]!.message;

it.each([
  [z.object({ share: z.number() }), {}, 'is missing'],
  [z.number(), 'ten', 'must be a number'],
  [z.number().int(), 1.5, 'must be a whole number'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.number().max(20), 21, 'can be at most 20'],
  [z.string().min(1), '', 'can’t be empty'],
  [z.string().min(8), 'short', 'must have at least 8 characters'],
  [z.string().max(3), '한글입니다', 'can have at most 3 characters'],
  [z.array(z.string()).min(1), [], 'needs at least 1 entry'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'can have at most 2 entries'],
  [z.enum(['email', 'sms']), 'fax', 'must be one of email, sms'],
  [z.literal(1), 2, 'must be 1'],
  [z.email(), 'nobody', 'must be an email address'],
  [z.union([z.string(), z.number()]), true, 'isn’t valid'],
  [z.number().max(20, 'can be at most 20 percent'), 21, 'can be at most 20 percent'],
])('says what is wrong with a field as people would', (schema, value, words) => {
  expect(said(schema, value)).toBe(words);
});
