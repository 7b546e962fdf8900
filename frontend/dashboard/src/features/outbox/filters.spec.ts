import { describe, expect, it } from 'vitest';
import { countMore, hrefOf, queryOf, readFilters } from './filters';

const read = (address: string) => {
  const parameters = new URLSearchParams(address);
  return readFilters((name) => parameters.get(name) ?? undefined);
};

describe('filters of messages', () => {
  it('come back from the address they were written into', () => {
    const filters = read('channel=email,sms&status=failed&from=2026-11-01&journey=x&standing=true&other=1');
    expect(read(hrefOf({ filters, id: 'm' }).split('?')[1]!)).toEqual(filters);
    expect(hrefOf({ filters: {} })).toBe('/outbox');
    expect(countMore(filters)).toBe(4);
  });

  it('leave out what is not a filter, and test runs unless they are asked for', () => {
    expect(queryOf(read('status=gone,failed&channel=a b&version=x&journey=nobody&class=odd'))).toMatchObject({
      status: ['failed'],
      test: 'false',
    });
    expect(queryOf(read('journey=nobody')).journeyId).toBeUndefined();
    expect(queryOf(read('test=true'))).toMatchObject({ origin: ['test'] });
    expect(queryOf(read('test=true')).test).toBeUndefined();
  });

  it('take days whole', () => {
    const { from, to } = queryOf(read('from=2026-11-01&to=2026-11-01'));
    expect(Date.parse(to!) - Date.parse(from!)).toBe(86_400_000);
  });
});
