import { expect, it } from 'vitest';
import { doors, firstKinds, messagesHref, missingOf } from './ledger-links';

const range = { version: '2', from: '2026-11-01', to: undefined };

it('leads to the messages that a figure counts, and to no others', () => {
  expect(messagesHref(doors.delivered, { journeyId: 'j', node: 'mail', range })).toBe(
    '/outbox?journey=j&node=mail&standing=true&status=delivered%2Copened%2Cclicked&version=2&reachedFrom=2026-11-01',
  );
  expect(messagesHref({ status: 'suppressed', reason: 'capped' }, { journeyId: 'j', node: 'mail', range })).toContain(
    'status=suppressed&reason=capped',
  );
});

it('ticks at first only what surely did not arrive', () => {
  const step = { missing: { failed: 3, unknown: 2, 'suppressed:no-provider': 4, 'suppressed:capped': 1 } };
  expect(firstKinds(step)).toEqual(['failed', 'suppressed:no-provider']);
  expect([missingOf(step), missingOf(step, firstKinds(step))]).toEqual([10, 7]);
});
