import { api } from '@wend/contract/plain';
import { useQuery } from '@tanstack/react-query';
import { call } from '@/lib/api-client';

export type KnownNames = { events: { name: string; properties: string[] }[]; traits: string[] };
const none: KnownNames = { events: [], traits: [] };

/** Names of events, properties and traits that were received: what fields suggest. Without them one can still type. */
export function useKnownNames(): KnownNames {
  return (
    useQuery({
      queryKey: ['event-names'],
      queryFn: ({ signal }) => call(api.eventNames, { signal }),
      staleTime: 60_000,
    }).data ?? none
  );
}

export function propertiesOfEvent(names: KnownNames, event: string | undefined): string[] {
  const own = names.events.find((each) => each.name === event)?.properties;
  return own ?? [...new Set(names.events.flatMap((each) => each.properties))].sort();
}
