import type { IngestItem } from '@wend/contract';
import { expect, it } from 'vitest';
import { emptyFeed, feedSize, nextFeed } from './feed';
import type { Feed } from './feed';

const items = (...ids: number[]) => ids.map((id) => ({ id: String(id) }) as IngestItem);
const news = (feed: Feed, ...ids: number[]) => nextFeed(feed, { type: 'news', items: items(...ids), skipped: 1 });
const shown = ({ items: all }: Feed) => all.map(({ id }) => Number(id));

it('shows the newest first, each once, whatever comes twice or late', () => {
  const feed = news(news(news(emptyFeed, 1, 2, 5), 4, 5), 3, 9, 10);
  expect(shown(feed)).toEqual([10, 9, 5, 4, 3, 2, 1]);
  expect(feed).toMatchObject({ skipped: 3, connected: true });
});

it('keeps five hundred', () => {
  const feed = news(news(emptyFeed, ...Array.from({ length: feedSize }, (_, n) => n)), feedSize);
  expect(feed.items).toHaveLength(feedSize);
  expect(shown(feed)[0]).toBe(feedSize);
});

it('holds what comes while it is paused, and shows it when it goes on', () => {
  const paused = news(nextFeed(news(emptyFeed, 1), { type: 'pause', on: true }), 2, 3);
  expect(shown(paused)).toEqual([1]);
  expect(paused.waiting).toHaveLength(2);
  expect(shown(nextFeed(paused, { type: 'pause', on: false }))).toEqual([3, 2, 1]);
  expect(nextFeed(paused, { type: 'clear' })).toMatchObject({ items: [], waiting: [], paused: true, connected: true });
  expect(nextFeed(paused, { type: 'broken' }).connected).toBe(false);
});
