import { api } from '@wend/contract/plain';
import type { KnownEventNames } from '@wend/contract';
import { useQuery } from '@tanstack/react-query';
import type { ComboHint } from '@/components/form/combo-input';
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

/** By path, what is known of traits or of an event's properties: what they mean, and what kind of values they had. */
export type Facts = KnownNames['traitFacts'];
const nothing: Facts = {};

/** What is known of an event's properties; of an event that was not chosen yet nothing. */
export function factsOfEvent(names: KnownNames, event: string | undefined): Facts {
  return names.events.find(({ name }) => name === event)?.facts ?? nothing;
}

/** What stands below a name in a list of suggestions: what was written of it in the catalog. */
export function hintsOf(facts: Facts): (name: string) => ComboHint {
  return (name) => ({ detail: facts[name]?.description });
}
