'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Select } from '@/components/ui/select';
import { WhyAnswer } from '@/features/ways-in/why-box';
import { call } from '@/lib/api-client';

/** Why this person is, or is not, in a journey: pick one, read the answer. */
export function WhyJourney({ profileId }: { profileId: string }) {
  const t = useTranslations('profiles.whyJourney');
  const [journey, setJourney] = useState<string>();
  const journeys = useQuery({
    queryKey: ['journeys', 'pick'],
    queryFn: ({ signal }) => call(api.list, { signal }),
    staleTime: 30_000,
  });
  const items = journeys.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label={t('title')} className="mb-3 rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-2 text-md">{t('title')}</h2>
      <Select
        aria-label={t('journey')}
        placeholder={t('choose')}
        value={journey}
        onChange={setJourney}
        options={items.map(({ id, name }) => ({ value: id, label: name }))}
      />
      {journey === undefined ? null : <WhyAnswer key={journey} journeyId={journey} profileId={profileId} />}
    </section>
  );
}
