import type { Entry } from '@wend/contract';
import { expect, it } from 'vitest';
import { entriesFor } from './entry-match.js';
import type { QueuedEvent } from './router.repository.js';

const entry: Entry = { kind: 'segment', node: 'door', segment: 's', on: 'entered' };
const event = (some: Partial<QueuedEvent>) =>
  ({
    name: 'Segment Entered',
    properties: { segmentId: 's' },
    message_id: 'wend:segment:s:p:entered:7',
    origin: 'live',
    ...some,
  }) as QueuedEvent;

it('a segment lets people in only by what Wend itself has told, or a test run', () => {
  expect(entriesFor([entry], event({})).fits).toEqual([entry]);
  expect(entriesFor([entry], event({ message_id: 'of-somebody-else' })).fits).toEqual([]);
  expect(entriesFor([entry], event({ message_id: 'any', origin: 'test' })).fits).toEqual([entry]);
});
