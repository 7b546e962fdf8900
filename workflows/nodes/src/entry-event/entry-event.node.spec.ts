import { lowerNode } from '@wend/node-sdk/testing';
import type { JsonObject } from '@wend/contract';
import { expect, it } from 'vitest';
import { entryEvent } from './entry-event.node.js';

const where = { op: 'compare', left: { source: 'property', path: 'source' }, is: 'equals', value: 'web' } as const;

/** What the compiler asks for: a checked configuration. */
function wayInOf(config: JsonObject) {
  const parsed = entryEvent.parse(config);
  return parsed.ok ? entryEvent.entry?.(parsed.config) : parsed.problems;
}

it('tells the router what starts a run; a filter without conditions is none', () => {
  expect(wayInOf({ event: 'Signed Up', where })).toEqual({
    kind: 'event',
    event: 'Signed Up',
    where,
    maxAgeSeconds: 86_400,
  });
  expect(wayInOf({ event: 'Signed Up', where: { op: 'all', rules: [] } })).toEqual({
    kind: 'event',
    event: 'Signed Up',
    maxAgeSeconds: 86_400,
  });
  expect(lowerNode(entryEvent, { event: 'Signed Up' }).instructions).toEqual([
    { op: 'goto', target: { port: 'next', pc: 0 } },
  ]);
});

it('takes events of the last 24 hours, unless another age was chosen, or any', () => {
  expect(wayInOf({ event: 'Signed Up', maximumAge: { amount: 2, unit: 'hours' } })).toEqual({
    kind: 'event',
    event: 'Signed Up',
    maxAgeSeconds: 7_200,
  });
  expect(wayInOf({ event: 'Signed Up', maximumAge: { amount: 2, unit: 'hours' }, anyAge: true })).toEqual({
    kind: 'event',
    event: 'Signed Up',
  });
  expect(entryEvent.manifest.defaults).toEqual({ maximumAge: { amount: 24, unit: 'hours' }, anyAge: false });
});

it('refuses filters about the person: the router does not look them up', () => {
  expect(
    entryEvent.parse({ event: 'Signed Up', where: { ...where, left: { source: 'trait', path: 'plan' } } }),
  ).toMatchObject({ ok: false, problems: [{ path: 'where.left' }] });
  expect(entryEvent.parse({ event: 'Signed Up', where: { ...where, value: { entry: 'source' } } })).toMatchObject({
    ok: false,
    problems: [{ path: 'where.value' }],
  });
  expect(entryEvent.parse({ event: ' ' })).toEqual({
    ok: false,
    problems: [{ path: 'event', message: 'Event is required.' }],
  });
});
