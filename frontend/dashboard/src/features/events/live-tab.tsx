'use client';

import { eventKinds, ingestOutcomes } from '@wend/contract/plain';
import type { EventKind, IngestFilter, IngestItem, IngestOutcome } from '@wend/contract';
import { Pause, Play, Radio } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { EmptyState } from '@/components/ui/states';
import { useDebounced } from '@/lib/use-debounced';
import { IngestSummaryCard } from './ingest-summary';
import { ItemDialog } from './item-dialog';
import { ItemTable } from './item-table';
import { useIngestStream } from './use-ingest-stream';

const any = 'any';
type Filters = {
  name: string;
  person: string;
  outcome?: IngestOutcome;
  kind?: EventKind;
  key?: { id: string; name: string };
};
const none: Filters = { name: '', person: '' };

/** What arrives as it arrives, and what became of what came before. */
export function LiveTab() {
  const t = useTranslations('events.live');
  const [filters, setFilters] = useState(none);
  const [shown, setShown] = useState<IngestItem | null>(null);
  const name = useDebounced(filters.name.trim());
  const person = useDebounced(filters.person.trim());
  const filter: IngestFilter = {
    ...(name && { name }),
    ...(person && { person }),
    ...(filters.outcome && { outcome: filters.outcome }),
    ...(filters.kind && { kind: filters.kind }),
    ...(filters.key && { key: filters.key.id }),
  };
  const feed = useIngestStream(filter);
  const filtered = Object.keys(filter).length > 0;
  const change = (some: Partial<Filters>) => setFilters((before) => ({ ...before, ...some }));
  return (
    <div className="space-y-4">
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
          <Filters filters={filters} items={feed.items} onChange={change} />
          <div className="ml-auto flex items-center gap-2">
            {feed.paused ? (
              <Badge tone="warn">
                {feed.waiting.length > 0 ? t('new', { count: feed.waiting.length }) : t('paused')}
              </Badge>
            ) : (
              <Badge tone={feed.connected ? 'good' : 'neutral'} dot>
                {feed.connected ? t('listening') : t('connecting')}
              </Badge>
            )}
            <Button
              icon={
                feed.paused ? (
                  <Play size={15} strokeWidth={1.75} aria-hidden />
                ) : (
                  <Pause size={15} strokeWidth={1.75} aria-hidden />
                )
              }
              onClick={() => feed.pause(!feed.paused)}
            >
              {feed.paused ? t('resume') : t('pause')}
            </Button>
            <Button onClick={feed.clear} disabled={feed.items.length === 0}>
              {t('clear')}
            </Button>
          </div>
        </div>
        {feed.skipped > 0 ? (
          <p className="border-b border-line px-4 py-2 text-xs text-muted">{t('skipped', { count: feed.skipped })}</p>
        ) : null}
        {feed.items.length === 0 ? (
          <Nothing filtered={filtered} onClear={() => setFilters(none)} />
        ) : (
          <div className="max-h-[32rem] overflow-y-auto" tabIndex={0} role="region" aria-label={t('table')}>
            <ItemTable items={feed.items} label={t('table')} onOpen={setShown} />
          </div>
        )}
      </Card>
      <IngestSummaryCard onOpen={setShown} />
      {shown ? <ItemDialog item={shown} onClose={() => setShown(null)} /> : null}
    </div>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const t = useTranslations('events.live');
  return filtered ? (
    <EmptyState title={t('noMatch')} actions={<Button onClick={onClear}>{t('clearFilters')}</Button>}>
      {t('noMatchDetail')}
    </EmptyState>
  ) : (
    <EmptyState
      icon={<Radio size={20} strokeWidth={1.75} />}
      title={t('waiting')}
      actions={
        <Button asChild>
          <Link href="/settings?tab=start">{t('sendFirst')}</Link>
        </Button>
      }
    >
      {t('waitingDetail')}
    </EmptyState>
  );
}

type FiltersProps = {
  filters: Filters;
  items: readonly IngestItem[];
  onChange: (some: Partial<Filters>) => void;
};

function Filters({ filters, items, onChange }: FiltersProps) {
  const t = useTranslations('events.live');
  // Those that were seen, and the chosen one.
  const keys = new Map(
    [...items.map(({ key }) => key), filters.key].flatMap((key) => (key ? [[key.id, key.name] as const] : [])),
  );
  const chosen = <Value extends string>(value: string): Value | undefined =>
    value === any ? undefined : (value as Value);
  return (
    <>
      <SearchInput
        className="w-full sm:w-48"
        aria-label={t('findName')}
        placeholder={t('findName')}
        value={filters.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <SearchInput
        className="w-full sm:w-52"
        aria-label={t('findPerson')}
        placeholder={t('person')}
        value={filters.person}
        onChange={(event) => onChange({ person: event.target.value })}
      />
      <Select
        className="w-36!"
        aria-label={t('outcome')}
        value={filters.outcome ?? any}
        onChange={(value) => setOrDrop(onChange, 'outcome', chosen<IngestOutcome>(value))}
        options={[
          { value: any, label: t('anyOutcome') },
          ...ingestOutcomes.map((value) => ({ value, label: t(value) })),
        ]}
      />
      <Select
        className="w-32!"
        aria-label={t('kind')}
        value={filters.kind ?? any}
        onChange={(value) => setOrDrop(onChange, 'kind', chosen<EventKind>(value))}
        options={[{ value: any, label: t('anyKind') }, ...eventKinds.map((value) => ({ value, label: value }))]}
      />
      {keys.size > 1 || filters.key ? (
        <Select
          className="w-40!"
          aria-label={t('key')}
          value={filters.key?.id ?? any}
          onChange={(id) => setOrDrop(onChange, 'key', id === any ? undefined : { id, name: keys.get(id) ?? id })}
          options={[{ value: any, label: t('anyKey') }, ...[...keys].map(([value, label]) => ({ value, label }))]}
        />
      ) : null}
    </>
  );
}

function setOrDrop<Name extends 'outcome' | 'kind' | 'key'>(
  onChange: FiltersProps['onChange'],
  name: Name,
  value: Filters[Name] | undefined,
): void {
  onChange({ [name]: value } as Partial<Filters>);
}
