import { expect, it } from 'vitest';
import { serializedError } from './logger.js';

it('says which statement failed and why, and nothing of its values', () => {
  const error = Object.assign(new Error('duplicate key'), {
    code: '23505',
    query: 'insert into members values ($1)',
    parameters: ['hash of a password'],
  });
  const said = serializedError(error);
  expect(said).toMatchObject({ message: 'duplicate key', code: '23505', query: 'insert into members values ($1)' });
  expect(said).toHaveProperty('stack');
  expect(JSON.stringify(said)).not.toContain('hash of a password');
});

it('passes on what is no error', () => {
  expect([serializedError('gone'), serializedError(undefined)]).toEqual(['gone', undefined]);
});
