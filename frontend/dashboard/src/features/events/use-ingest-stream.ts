import type { IngestFilter, IngestItem, IngestNews } from '@wend/contract';
import { useEffect, useReducer } from 'react';
import { routeUrl } from '@/lib/api-client';
import { emptyFeed, nextFeed } from './feed';
import type { Feed } from './feed';

type Stream = Feed & { pause: (on: boolean) => void; clear: () => void };

/** Follows what arrives while the page is open. When the stream breaks the browser connects again by itself. */
export function useIngestStream(filter: IngestFilter): Stream {
  const [feed, dispatch] = useReducer(nextFeed, emptyFeed);
  const url = routeUrl('/api/ingestion/stream', { query: filter });
  useEffect(() => {
    dispatch({ type: 'clear' });
    const source = new EventSource(url);
    source.addEventListener('message', (event: MessageEvent<string>) => {
      const news = parseNews(event.data);
      if (news) dispatch({ type: 'news', ...news });
    });
    source.addEventListener('error', () => dispatch({ type: 'broken' }));
    return () => source.close();
  }, [url]);
  return {
    ...feed,
    pause: (on) => dispatch({ type: 'pause', on }),
    clear: () => dispatch({ type: 'clear' }),
  };
}

function parseNews(text: string): IngestNews | null {
  try {
    const news = JSON.parse(text) as Partial<IngestNews>;
    return Array.isArray(news.items) ? { items: news.items as IngestItem[], skipped: news.skipped ?? 0 } : null;
  } catch {
    return null;
  }
}
