'use client';

import { api } from '@wend/contract/plain';
import type { Place } from '@wend/contract';
import { MapPin, Plus, Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useDeferredValue, useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { LoadMore } from '@/components/ui/load-more';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useMay } from '@/lib/session';
import { ImportPlaces } from './import-places';
import { PlaceDialog } from './place-dialog';
import { usePlaces } from './use-places';

/** Circles that people come into and leave: found, added, changed, deleted and uploaded. */
export function PlacesSettings() {
  const t = useTranslations('places.list');
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<Place | 'add' | 'import' | null>(null);
  const may = useMay(api.savePlaces.access);
  const close = () => setOpen(null);
  return (
    <>
      <Section
        title={t('title')}
        description={t('detail')}
        action={
          may ? (
            <div className="flex flex-wrap gap-2">
              <Button icon={<Upload size={15} strokeWidth={1.75} aria-hidden />} onClick={() => setOpen('import')}>
                {t('import')}
              </Button>
              <Button
                variant="primary"
                icon={<Plus size={15} strokeWidth={1.75} aria-hidden />}
                onClick={() => setOpen('add')}
              >
                {t('add')}
              </Button>
            </div>
          ) : null
        }
      >
        <div className="border-b border-line px-4 py-3">
          <SearchInput
            aria-label={t('search')}
            placeholder={t('search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
        <List search={search} onOpen={may ? setOpen : null} onClear={() => setSearch('')} />
      </Section>
      {open === 'import' ? <ImportPlaces onClose={close} /> : null}
      {open === 'add' ? <PlaceDialog place={null} onClose={close} /> : null}
      {open !== null && typeof open === 'object' ? <PlaceDialog place={open} onClose={close} /> : null}
    </>
  );
}

type ListProps = { search: string; onOpen: ((place: Place) => void) | null; onClear: () => void };

function List({ search, onOpen, onClear }: ListProps) {
  const t = useTranslations('places.list');
  const asked = useDeferredValue(search.trim());
  const found = usePlaces({ search: asked });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending) return <ListSkeleton rows={5} />;
  if (found.isError && !found.data)
    return <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />;
  if (items.length === 0 && asked !== '')
    return (
      <EmptyState title={t('noMatch')} actions={<Button onClick={onClear}>{t('clear')}</Button>}>
        {t('noMatchDetail')}
      </EmptyState>
    );
  if (items.length === 0)
    return (
      <EmptyState icon={<MapPin size={20} strokeWidth={1.75} />} title={t('empty')}>
        {t('emptyDetail')}
      </EmptyState>
    );
  return (
    <>
      <p className="border-b border-line px-4 py-2 text-muted">
        {t('total', { count: found.data?.pages[0]?.total ?? 0 })}
      </p>
      <Table label={t('title')}>
        <thead>
          <tr>
            <HeadCell>{t('name')}</HeadCell>
            <HeadCell className="max-sm:hidden">{t('tags')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {items.map((place) => (
            <PlaceRow key={place.id} place={place} onOpen={onOpen} />
          ))}
        </tbody>
      </Table>
      <LoadMore has={found.hasNextPage} busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
    </>
  );
}

function PlaceRow({ place, onOpen }: { place: Place; onOpen: ListProps['onOpen'] }) {
  const t = useTranslations('places.list');
  return (
    <Row className="relative">
      <Cell className="w-full max-w-0 min-w-44">
        {onOpen ? (
          <button
            type="button"
            aria-label={t('open', { name: place.name })}
            onClick={() => onOpen(place)}
            className="block w-full truncate text-left font-medium after:absolute after:inset-0"
          >
            {place.name}
          </button>
        ) : (
          <span className="block truncate font-medium">{place.name}</span>
        )}
        <span className="block truncate text-xs text-muted">{place.externalId}</span>
        <span className="block truncate text-xs text-muted tabular-nums">
          {t('around', { radius: place.radius, lat: place.lat.toFixed(5), lng: place.lng.toFixed(5) })}
        </span>
      </Cell>
      <Cell className="min-w-48 max-sm:hidden">
        <span className="flex flex-wrap gap-1">
          {place.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
      </Cell>
    </Row>
  );
}
