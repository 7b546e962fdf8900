import type { BusinessEvent } from '@wend/contract';
import { expect, it } from 'vitest';
import { stateOf } from './event-state';

type Entry = BusinessEvent['entries'][number];
const entry = (state: string | null, batchId: string | null = 'b') =>
  ({ batch: state === null ? null : { state }, batchId }) as unknown as Entry;

it.each<[string, Entry[], string]>([
  ['nothing waited for it', [], 'unheard'],
  ['it fits no entry', [entry(null, null)], 'nobody'],
  ['its people are being found', [entry('failed'), entry('gathering')], 'running'],
  ['one of two went wrong', [entry('done'), entry('failed')], 'failed'],
  ['somebody stopped one', [entry('stopped'), entry('done'), entry(null, null)], 'stopped'],
  ['all came in', [entry('done'), entry(null, null)], 'done'],
  ['its journey was deleted', [entry(null)], 'done'],
])('an event of which %s', (_, entries, state) => {
  expect(stateOf({ entries })).toBe(state);
});
