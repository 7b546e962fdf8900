import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { entryEvent } from './entry-event.node.js';

const where = { op: 'compare', left: { source: 'property', path: 'source' }, is: 'equals', value: 'web' } as const;

it('tells the router what starts a run; a filter without conditions is none', () => {
  expect(entryEvent.entry?.({ event: 'Signed Up', where })).toEqual({ event: 'Signed Up', where });
  expect(entryEvent.entry?.({ event: 'Signed Up', where: { op: 'all', rules: [] } })).toEqual({ event: 'Signed Up' });
  expect(lowerNode(entryEvent, { event: 'Signed Up' }).instructions).toEqual([{ op: 'goto', target: { port: 'next', pc: 0 } }]);
});

it('refuses filters about the person: the router does not look them up', () => {
  expect(entryEvent.parse({ event: 'Signed Up', where: { ...where, left: { source: 'trait', path: 'plan' } } })).toMatchObject({ ok: false, problems: [{ path: 'where.left' }] });
  expect(entryEvent.parse({ event: 'Signed Up', where: { ...where, value: { entry: 'source' } } })).toMatchObject({ ok: false, problems: [{ path: 'where.value' }] });
  expect(entryEvent.parse({ event: ' ' })).toEqual({ ok: false, problems: [{ path: 'event', message: 'Event is required.' }] });
});
