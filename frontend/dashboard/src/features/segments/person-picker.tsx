'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ProfileSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PickInput } from '@/components/form/pick-input';
import { call } from '@/lib/api-client';
import { useDebounced } from '@/lib/use-debounced';

type PersonPickerProps = {
  chosen: ProfileSummary | null;
  onChoose: (profile: ProfileSummary) => void;
  placeholder: string;
  className?: string;
  'aria-label'?: string;
};

/** One person, found by name, e-mail address or external id. */
export function PersonPicker({ chosen, onChoose, placeholder, ...control }: PersonPickerProps) {
  const t = useTranslations('segments.person');
  const [search, setSearch] = useState('');
  const rested = useDebounced(search.trim(), 200);
  const people = useQuery({
    queryKey: ['profiles', 'pick', rested],
    queryFn: ({ signal }) => call(api.profiles, { query: { search: rested, limit: 20 }, signal }),
    placeholderData: keepPreviousData,
  });
  const items = people.data?.items ?? [];
  const asItem = (profile: ProfileSummary) => ({
    id: profile.id,
    label: profile.name,
    hint: profile.email ?? profile.externalId ?? undefined,
  });
  return (
    <PickInput
      {...control}
      chosen={chosen && asItem(chosen)}
      items={items.map(asItem)}
      stale={rested !== search.trim() || people.isPlaceholderData}
      search={search}
      onSearch={setSearch}
      onChoose={({ id }) => {
        const profile = items.find((each) => each.id === id);
        if (profile) onChoose(profile);
      }}
      placeholder={placeholder}
      searchLabel={t('search')}
      empty={people.isPending ? t('searching') : people.isError ? t('failed') : t('none')}
    />
  );
}
