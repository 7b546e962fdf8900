'use client';

import type { CatalogueItem, CatalogueKind } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { BookOpen, CircleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useDeferredValue, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { SearchInput } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { CatalogueTable } from './catalogue-table';
import { EntryDialog } from './entry-dialog';
import { needsAttention } from './flags';
import { useCatalogue, useExpect } from './use-catalogue';

type Show = 'all' | 'attention' | 'hidden';

/** Events and traits: how often they come, what they carry, and what is wrong with them. */
export function CatalogueTab() {
  const t = useTranslations('events.list');
  const { get, set } = useQueryState();
  const kind: CatalogueKind = get('kind') === 'trait' ? 'trait' : 'event';
  const [search, setSearch] = useState('');
  const [show, setShow] = useState<Show>('all');
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const catalogue = useCatalogue(kind);
  const all = catalogue.data?.items ?? [];
  const items = all.filter((item) => isShown(item, show) && matches(item, wanted)).sort(byVolume);
  const opened = get('name');
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Segmented
          label={t('kind')}
          value={kind}
          onChange={(next) => set({ kind: next === 'event' ? undefined : next, name: undefined })}
          options={[
            { value: 'event', label: t('events') },
            { value: 'trait', label: t('traits') },
          ]}
        />
        <SearchInput
          className="w-full sm:w-72"
          aria-label={t('find')}
          placeholder={t('find')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Segmented
          label={t('show')}
          value={show}
          onChange={setShow}
          options={[
            { value: 'all', label: t('all') },
            { value: 'attention', label: t('attention') },
            { value: 'hidden', label: t('hidden') },
          ]}
        />
        <ExpectAll items={items} />
      </div>
      {catalogue.data?.full ? (
        <p role="status" className="mb-3 flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
          <CircleAlert size={16} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
          {t('full')}
        </p>
      ) : null}
      <Card>
        {catalogue.isPending ? <ListSkeleton rows={8} /> : null}
        {catalogue.isError && !catalogue.data ? (
          <ErrorState error={catalogue.error} title={t('failed')} onRetry={() => void catalogue.refetch()} />
        ) : null}
        {catalogue.data && items.length === 0 ? (
          <Nothing
            kind={kind}
            filtered={all.length > 0}
            onShowAll={() => {
              setSearch('');
              setShow('all');
            }}
          />
        ) : null}
        {items.length > 0 ? <CatalogueTable items={items} onOpen={({ name }) => set({ name })} /> : null}
      </Card>
      {opened ? <EntryDialog kind={kind} name={opened} onClose={() => set({ name: undefined })} /> : null}
    </>
  );
}

function Nothing({ kind, filtered, onShowAll }: { kind: CatalogueKind; filtered: boolean; onShowAll: () => void }) {
  const t = useTranslations('events.list');
  const live = useTranslations('events.live');
  return filtered ? (
    <EmptyState title={t('noMatch')} actions={<Button onClick={onShowAll}>{t('showAll')}</Button>}>
      {t('noMatchDetail')}
    </EmptyState>
  ) : (
    <EmptyState
      icon={<BookOpen size={20} strokeWidth={1.75} />}
      title={kind === 'event' ? t('empty') : t('emptyTraits')}
      actions={
        <Button variant="primary" asChild>
          <Link href="/settings?tab=start">{live('sendFirst')}</Link>
        </Button>
      }
    >
      {t('emptyDetail')}
    </EmptyState>
  );
}

/** Marks what is listed, so that everything else is pointed out from then on. */
function ExpectAll({ items }: { items: readonly CatalogueItem[] }) {
  const t = useTranslations('events.list');
  const may = useMay(api.expectEntries.access);
  const [asked, setAsked] = useState(false);
  const expect = useExpect();
  const open = items.filter((item) => !item.expected && !item.builtIn && !item.hidden);
  if (!may || open.length === 0) return null;
  return (
    <>
      <Button className="ml-auto" onClick={() => setAsked(true)}>
        {t('expectAll')}
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={t('expectAllTitle', { count: open.length })}
        action={t('expectAll')}
        busy={expect.isPending}
        error={expect.error}
        onConfirm={() =>
          expect.mutate(
            open.map(({ kind, name }) => ({ kind, name })),
            { onSuccess: () => setAsked(false) },
          )
        }
      >
        {t('expectAllDetail')}
      </ConfirmDialog>
    </>
  );
}

function isShown(item: CatalogueItem, show: Show): boolean {
  if (show === 'hidden') return item.hidden;
  return show === 'all' || (needsAttention(item) && !item.hidden);
}

function matches({ name, description }: CatalogueItem, wanted: string): boolean {
  return wanted === '' || name.toLowerCase().includes(wanted) || description.toLowerCase().includes(wanted);
}

function byVolume(one: CatalogueItem, other: CatalogueItem): number {
  return other.last30Days - one.last30Days || (one.name < other.name ? -1 : 1);
}
