import type { IngestItem } from '@wend/contract';

/** So many items are kept, the newest. */
export const feedSize = 500;

/** `items`: what is shown, the newest first; `waiting`: what came while it is paused. */
export type Feed = {
  items: readonly IngestItem[];
  waiting: readonly IngestItem[];
  skipped: number;
  paused: boolean;
  connected: boolean;
};
export type FeedAction =
  | { type: 'news'; items: readonly IngestItem[]; skipped: number }
  | { type: 'pause'; on: boolean }
  | { type: 'broken' }
  | { type: 'clear' };

export const emptyFeed: Feed = { items: [], waiting: [], skipped: 0, paused: false, connected: false };

/** What is shown after something happened. An item may come twice, and in any order. */
export function nextFeed(feed: Feed, action: FeedAction): Feed {
  switch (action.type) {
    case 'news': {
      const known = new Set([...feed.items, ...feed.waiting].map(({ id }) => id));
      const fresh = action.items.filter(({ id }) => !known.has(id));
      const connected = { connected: true, skipped: feed.skipped + action.skipped };
      if (fresh.length === 0) return { ...feed, ...connected };
      return feed.paused
        ? { ...feed, ...connected, waiting: newest([...fresh, ...feed.waiting]) }
        : { ...feed, ...connected, items: newest([...fresh, ...feed.items]) };
    }
    case 'pause':
      return action.on
        ? { ...feed, paused: true }
        : { ...feed, paused: false, items: newest([...feed.waiting, ...feed.items]), waiting: [] };
    case 'broken':
      return { ...feed, connected: false };
    case 'clear':
      return { ...emptyFeed, paused: feed.paused, connected: feed.connected };
  }
}

function newest(items: IngestItem[]): IngestItem[] {
  return items.sort((a, b) => Number(b.id) - Number(a.id)).slice(0, feedSize);
}
