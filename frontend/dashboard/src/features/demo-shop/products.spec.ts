import { expect, it } from 'vitest';
import { linesOf, totalOf } from './products';

it('adds up to the cent', () => {
  expect(totalOf({ 'sticky-dates': 3, 'pen-set': 1 })).toBe(44.2);
  expect(totalOf({})).toBe(0);
});

it('lists what is in the cart, in the order of the shop', () => {
  expect(linesOf({ 'pen-set': 1, 'desk-planner': 2, 'team-board': 0 }).map(({ product }) => product.id)).toEqual([
    'desk-planner',
    'pen-set',
  ]);
});
