'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PickInput } from '@/components/form/pick-input';
import { IconButton } from '@/components/ui/icon-button';
import { call } from '@/lib/api-client';

type JourneyPickerProps = {
  /** Undefined: any journey, or none was chosen yet. */
  value: string | undefined;
  /** What it was called when it was chosen. */
  name: string | undefined;
  onChange: (journey: { id: string; name: string } | undefined) => void;
  /** One must be chosen. */
  required?: boolean;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** One journey, or any. */
export function JourneyPicker({ value, name, onChange, required = false, ...control }: JourneyPickerProps) {
  const t = useTranslations('editor-rules.journeyPicker');
  const [search, setSearch] = useState('');
  const journeys = useQuery({
    queryKey: ['journeys', 'pick'],
    queryFn: ({ signal }) => call(api.list, { query: { archived: 'any' }, signal }),
    staleTime: 30_000,
  });
  const needle = search.trim().toLowerCase();
  const all = journeys.data?.items ?? [];
  const found = all.filter((each) => each.name.toLowerCase().includes(needle));
  const known = all.find(({ id }) => id === value)?.name ?? name ?? t('loading');
  return (
    <div className="flex min-w-40 flex-1 gap-1">
      <PickInput
        {...control}
        {...(required ? {} : { 'aria-label': t('journey') })}
        chosen={value === undefined ? null : { id: value, label: known }}
        items={found.slice(0, 50).map(({ id, name: label }) => ({ id, label }))}
        search={search}
        onSearch={setSearch}
        onChoose={({ id, label }) => onChange({ id, name: label })}
        placeholder={t(required ? 'choose' : 'any')}
        searchLabel={t('search')}
        empty={journeys.isPending ? t('loading') : journeys.isError ? t('failed') : t('none')}
      />
      {value === undefined || required ? null : (
        <IconButton label={t('clear')} onClick={() => onChange(undefined)}>
          <X size={14} />
        </IconButton>
      )}
    </div>
  );
}
