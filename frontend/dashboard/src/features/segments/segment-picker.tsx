'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { ExternalLink } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PickInput } from '@/components/form/pick-input';
import { call } from '@/lib/api-client';
import { formatNumber } from '@/lib/format';
import { useMay } from '@/lib/session';
import { useDebounced } from '@/lib/use-debounced';

type SegmentPickerProps = {
  /** Id of the segment; empty or undefined: none is chosen. */
  value: string | undefined;
  onChange: (id: string, name: string) => void;
  /** Only those of this kind. */
  kind?: 'manual';
  placeholder?: string;
  className?: string;
  id?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** One segment of the workspace, with its size; opens it, or a new one, in another tab. */
export function SegmentPicker({ value, onChange, kind, placeholder, className, ...control }: SegmentPickerProps) {
  const t = useTranslations('editor-rules.segmentPicker');
  const mayCreate = useMay(api.createSegment.access);
  const [search, setSearch] = useState('');
  const rested = useDebounced(search.trim(), 200);
  const list = useQuery({
    queryKey: ['segments', 'pick', rested, kind ?? null],
    queryFn: ({ signal }) =>
      call(api.segments, { query: { search: rested, limit: 30, ...(kind && { kind }) }, signal }),
    placeholderData: keepPreviousData,
  });
  const chosen = useQuery({
    queryKey: ['segment', value],
    queryFn: ({ signal }) => call(api.segment, { params: { id: value! }, signal }),
    enabled: Boolean(value),
    staleTime: 10_000,
    retry: false,
  });
  const asItem = ({ id, name, size }: { id: string; name: string; size: number }) => ({
    id,
    label: name,
    hint: formatNumber(size),
  });
  const known = value
    ? chosen.data
      ? { ...asItem(chosen.data), ...(chosen.data.archivedAt ? { hint: t('archived') } : {}) }
      : { id: value, label: chosen.isError ? t('gone') : t('loading') }
    : null;
  return (
    <div className="flex gap-1.5">
      <PickInput
        {...control}
        className={className ?? ''}
        chosen={known}
        items={list.data?.items.map(asItem) ?? []}
        stale={rested !== search.trim() || list.isPlaceholderData}
        search={search}
        onSearch={setSearch}
        onChoose={({ id, label }) => onChange(id, label)}
        placeholder={placeholder ?? t('choose')}
        searchLabel={t('search')}
        empty={list.isPending ? t('loading') : list.isError ? t('failed') : rested === '' ? t('noneYet') : t('noMatch')}
        footer={
          mayCreate ? (
            <a
              href="/segments/new"
              target="_blank"
              rel="noreferrer"
              className="font-medium text-accent hover:underline"
            >
              {t('create')}
            </a>
          ) : undefined
        }
      />
      {value && chosen.data ? (
        <a
          href={`/segments/${value}`}
          target="_blank"
          rel="noreferrer"
          aria-label={t('open', { name: chosen.data.name })}
          title={t('open', { name: chosen.data.name })}
          className="grid size-8 shrink-0 place-items-center rounded-md border border-line-strong bg-raised text-muted hover:text-ink"
        >
          <ExternalLink size={14} strokeWidth={1.75} aria-hidden />
        </a>
      ) : null}
    </div>
  );
}
