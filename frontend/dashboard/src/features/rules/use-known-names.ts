import { api } from '@wend/contract/plain';
import type { KnownEventNames } from '@wend/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '@/lib/api-client';

export type KnownNames = KnownEventNames;
const none: KnownNames = { events: [], traits: [], traitFacts: {} };

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

type Types = Readonly<Record<string, string | null>>;

/** What kind of values each path had so far; only what is known. */
export function typesOf(facts: KnownNames['traitFacts'] | undefined): Types {
  return Object.fromEntries(Object.entries(facts ?? {}).map(([path, { type }]) => [path, type]));
}
