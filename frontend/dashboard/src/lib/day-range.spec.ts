import { expect, it } from 'vitest';
import { startOfDay } from './day-range';

it('begins and ends days where the viewer is, also over a change of the clock', () => {
  for (const day of ['2026-03-29', '2026-10-25', '2026-12-31']) {
    const [from, to] = [new Date(startOfDay(day)!), new Date(startOfDay(day, { plus: 1 })!)];
    expect([from.getHours(), from.getMinutes(), to.getHours(), to.getMinutes()]).toEqual([0, 0, 0, 0]);
    expect(from.getDate()).toBe(Number(day.slice(8)));
    expect(new Date(to.getTime() - 1).getDate()).toBe(from.getDate());
  }
});

it.each([undefined, '', 'yesterday', '2026-1-1'])('takes %j for no day', (day) => {
  expect(startOfDay(day)).toBeUndefined();
});
