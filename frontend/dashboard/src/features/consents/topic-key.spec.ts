import { expect, it } from 'vitest';
import { keyFor } from './topic-key';

it.each([
  ['Product news', [], 'product-news'],
  ['Été & Co.', [], 'ete-co'],
  ['Offers', ['offers', 'offers-2'], 'offers-3'],
  ['VIP 혜택', [], 'vip'],
  ['신상품', ['topic-1'], 'topic-2'],
  ['  ', [], ''],
])('of “%s” beside %j is %s', (name, taken, key) => {
  expect(keyFor(name, taken)).toBe(key);
});
