'use client';

import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Place } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PickMany } from '@/components/form/pick-many';
import { call } from '@/lib/api-client';
import { formatNumber } from '@/lib/format';
import { useDebounced } from '@/lib/use-debounced';

type PickerProps = {
  value: readonly string[];
  onChange: (value: string[]) => void;
  most?: number | undefined;
  id?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** Places that one question asks for by their ids. */
const askedAtOnce = 20;
const staleTime = 30_000;

/** Several places, by their external ids: found by name or id. */
export function PlacesPicker({ value, onChange, ...control }: PickerProps) {
  const t = useTranslations('places.picker');
  const [search, setSearch] = useState('');
  const rested = useDebounced(search.trim(), 200);
  const list = useQuery({
    queryKey: ['places', 'pick', rested],
    queryFn: ({ signal }) => call(api.places, { query: { search: rested, limit: 30 }, signal }),
    placeholderData: keepPreviousData,
  });
  const known = useKnownPlaces(value);
  return (
    <PickMany
      {...control}
      chosen={value.map((id) => {
        const place = known.places.get(id);
        return { id, label: place?.name ?? (known.isLoading ? id : t('gone', { id })) };
      })}
      onChange={onChange}
      items={(list.data?.items ?? []).map((place) => ({
        id: place.externalId,
        label: place.name,
        hint: place.externalId,
      }))}
      stale={rested !== search.trim() || list.isPlaceholderData}
      search={search}
      onSearch={setSearch}
      placeholder={t('add')}
      searchLabel={t('search')}
      empty={
        list.isPending ? t('loading') : list.isError ? t('failed') : list.data.total === 0 ? t('noneYet') : t('noMatch')
      }
      footer={<PlacesLink />}
    />
  );
}

/** Several tags of places; one that no place has yet can be typed. */
export function PlaceTagsPicker({ value, onChange, ...control }: PickerProps) {
  const t = useTranslations('places.picker');
  const [search, setSearch] = useState('');
  const list = useQuery({
    queryKey: ['places', 'tags'],
    queryFn: ({ signal }) => call(api.places, { query: { limit: 1 }, signal }),
    staleTime,
  });
  const tags = list.data?.tags ?? [];
  const counts = new Map(tags.map(({ tag, places }) => [tag, places]));
  const wanted = search.trim();
  const found = tags.filter(({ tag }) => tag.toLowerCase().includes(wanted.toLowerCase()));
  const typed = wanted !== '' && wanted.length <= 60 && !counts.has(wanted) && !value.includes(wanted);
  const hintOf = (tag: string) => (list.data ? t('places', { count: counts.get(tag) ?? 0 }) : undefined);
  return (
    <PickMany
      {...control}
      chosen={value.map((tag) => ({ id: tag, label: tag, hint: list.data ? formatNumber(counts.get(tag) ?? 0) : '' }))}
      onChange={onChange}
      items={[
        ...found.map(({ tag }) => ({ id: tag, label: tag, hint: hintOf(tag) })),
        ...(typed ? [{ id: wanted, label: t('newTag', { tag: wanted }), hint: hintOf(wanted) }] : []),
      ]}
      stale={list.isPending}
      search={search}
      onSearch={setSearch}
      placeholder={t('addTag')}
      searchLabel={t('searchTags')}
      empty={list.isPending ? t('loading') : list.isError ? t('failed') : t('noTagsYet')}
      footer={<PlacesLink />}
    />
  );
}

function PlacesLink() {
  const t = useTranslations('places.picker');
  return (
    <a href="/settings?tab=places" target="_blank" rel="noreferrer" className="font-medium text-accent hover:underline">
      {t('open')}
    </a>
  );
}

/** The places with these ids that there are; those that were seen before are named at once. */
function useKnownPlaces(ids: readonly string[]): { places: Map<string, Place>; isLoading: boolean } {
  const parts = Array.from({ length: Math.ceil(ids.length / askedAtOnce) }, (_, at) =>
    ids.slice(at * askedAtOnce, (at + 1) * askedAtOnce),
  );
  const client = useQueryClient();
  const seen = (part: readonly string[]) =>
    client
      .getQueriesData<{ items?: Place[] }>({ queryKey: ['places'] })
      .flatMap(([, data]) => data?.items ?? [])
      .filter(({ externalId }) => part.includes(externalId));
  return useQueries({
    queries: parts.map((part) => ({
      queryKey: ['places', 'named', part],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(api.places, { query: { externalIds: JSON.stringify(part), limit: askedAtOnce }, signal }),
      staleTime,
      placeholderData: () => ({ items: seen(part), next: null, total: 0, tags: [] }),
    })),
    combine: (results) => ({
      places: new Map(results.flatMap(({ data }) => data?.items ?? []).map((place) => [place.externalId, place])),
      // Of places that could not be asked for nobody knows whether they are there.
      isLoading: results.some(({ data, isPlaceholderData }) => data === undefined || isPlaceholderData),
    }),
  });
}
