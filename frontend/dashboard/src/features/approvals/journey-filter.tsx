'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { call } from '@/lib/api-client';

const all = ' ';

/** One journey, or all of them. */
export function JourneyFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const t = useTranslations('approvals.page');
  const journeys = useQuery({
    queryKey: ['journeys', 'pick'],
    queryFn: ({ signal }) => call(api.list, { query: { archived: 'any' }, signal }),
    staleTime: 30_000,
  });
  const items = journeys.data?.items ?? [];
  return (
    <Select
      aria-label={t('journey')}
      className="max-w-64 min-w-44"
      value={value !== undefined && items.some(({ id }) => id === value) ? value : all}
      onChange={(next) => onChange(next === all ? undefined : next)}
      options={[{ value: all, label: t('anyJourney') }, ...items.map(({ id, name }) => ({ value: id, label: name }))]}
    />
  );
}
