import { expect, it } from 'vitest';
import { isOutage } from './router.service.js';

const failure = (message: string, code?: string | number) => Object.assign(new Error(message), { code });

it.each([
  failure('the database system is starting up', '57P03'), failure('sorry, too many clients already', '53300'), failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
  failure('terminating connection due to administrator command', '57P01'), failure('Client has encountered a connection error and is not queryable'), failure('shard status unknown', 14),
])('an outage is not counted against an event: %s', (error) => expect(isOutage(error)).toBe(true));

it.each([failure('invalid input syntax for type json', '22P02'), failure('blob data size exceeds limit', 3), failure('The program of journey 1 is missing.')])('what an event brings itself is: %s', (error) => expect(isOutage(error)).toBe(false));
