'use client';

import { api, channelOf, suppressionReasons } from '@wend/contract/plain';
import type { Channel, Suppression } from '@wend/contract';
import { Download, MailX, Plus, Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useDeferredValue, useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { Segmented } from '@/components/ui/segmented';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { ChannelIcon } from '@/features/messages/channels';
import { routeUrl } from '@/lib/api-client';
import { formatNumber } from '@/lib/format';
import { useMay } from '@/lib/session';
import { AddSuppression } from './add-suppression';
import { ImportSuppressions } from './import-suppressions';
import { SoftBounceRule } from './soft-bounce-rule';
import { ReasonBadge, reasonTones } from './reason-badge';
import { SuppressionDialog } from './suppression-dialog';
import { useSuppressibleChannels } from './use-suppressible-channels';
import { useSuppressionCounts, useSuppressions } from './use-suppressions';
import type { SuppressionFilters } from './use-suppressions';

const all = 'all';
const start: SuppressionFilters = { search: '', channel: undefined, reason: undefined, state: 'active' };

/** Addresses that get no messages: found, added, imported, exported and released. */
export function SuppressionsSettings() {
  const t = useTranslations('suppressions.list');
  const [filters, setFilters] = useState(start);
  const [shown, setShown] = useState<string | null>(null);
  const [open, setOpen] = useState<'add' | 'import' | null>(null);
  const may = useMay(api.suppress.access);
  const change = (some: Partial<SuppressionFilters>) => setFilters((before) => ({ ...before, ...some }));
  const exported = routeUrl('/api/suppressions/export', {
    query: { state: filters.state, channel: filters.channel, reason: filters.reason },
  });
  return (
    <>
      <Section
        title={t('title')}
        description={t('detail')}
        action={
          <div className="flex flex-wrap gap-2">
            <Button asChild>
              <a href={exported} download>
                <Download size={15} strokeWidth={1.75} aria-hidden />
                {t('export')}
              </a>
            </Button>
            {may ? (
              <>
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
              </>
            ) : null}
          </div>
        }
      >
        <Counts chosen={filters} onChoose={change} />
        <Filters filters={filters} onChange={change} />
        <List filters={filters} onOpen={setShown} onClear={() => setFilters({ ...start, state: filters.state })} />
      </Section>
      <SoftBounceRule />
      {shown === null ? null : <SuppressionDialog id={shown} onClose={() => setShown(null)} />}
      {open === 'add' ? <AddSuppression onClose={() => setOpen(null)} /> : null}
      {open === 'import' ? <ImportSuppressions onClose={() => setOpen(null)} /> : null}
    </>
  );
}

type ChooseProps = { chosen: SuppressionFilters; onChoose: (filters: Partial<SuppressionFilters>) => void };

/** How many there are, by reason: each one filters. */
function Counts({ chosen, onChoose }: ChooseProps) {
  const t = useTranslations('suppressions.list');
  const words = useTranslations('suppressions');
  const counts = useSuppressionCounts();
  const items = (counts.data?.items ?? []).filter(({ channel }) => !chosen.channel || channel === chosen.channel);
  const total = items.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const byReason = suppressionReasons.flatMap((reason) => {
    const count = items.reduce((sum, each) => (each.reason === reason ? sum + each.count : sum), 0);
    return count === 0 ? [] : [{ reason, count }];
  });
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-3">
      <p className="mr-2 font-semibold">{t('counts', { count: total })}</p>
      {byReason.map(({ reason, count }) => (
        <button
          key={reason}
          type="button"
          aria-pressed={chosen.reason === reason}
          onClick={() => onChoose({ reason: chosen.reason === reason ? undefined : reason, state: 'active' })}
          className="rounded-full aria-pressed:outline-2 aria-pressed:outline-accent"
        >
          <Badge tone={reasonTones[reason]}>
            {words(`reasons.${reason}`)} <span className="tabular-nums">{formatNumber(count)}</span>
          </Badge>
        </button>
      ))}
    </div>
  );
}

type FiltersProps = { filters: SuppressionFilters; onChange: (filters: Partial<SuppressionFilters>) => void };

function Filters({ filters, onChange }: FiltersProps) {
  const t = useTranslations('suppressions.list');
  const words = useTranslations('suppressions');
  const channels = useSuppressibleChannels();
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-3">
      <SearchInput
        className="min-w-52 flex-1"
        aria-label={t('search')}
        placeholder={t('search')}
        value={filters.search}
        onChange={(event) => onChange({ search: event.target.value })}
      />
      <div className="w-36">
        <Select
          aria-label={t('channel')}
          value={filters.channel ?? all}
          onChange={(channel) => onChange({ channel: channel === all ? undefined : channel })}
          options={[
            { value: all, label: t('anyChannel') },
            ...channels.map(({ name, label }) => ({ value: name, label })),
          ]}
        />
      </div>
      <div className="w-48">
        <Select
          aria-label={t('reason')}
          value={filters.reason ?? all}
          onChange={(reason) => onChange({ reason: reason === all ? undefined : reason })}
          options={[
            { value: all, label: t('anyReason') },
            ...suppressionReasons.map((reason) => ({ value: reason, label: words(`reasons.${reason}`) })),
          ]}
        />
      </div>
      <Segmented
        label={t('state')}
        value={filters.state}
        onChange={(state) => onChange({ state })}
        options={[
          { value: 'active', label: t('active') },
          { value: 'released', label: t('released') },
        ]}
      />
    </div>
  );
}

type ListProps = { filters: SuppressionFilters; onOpen: (id: string) => void; onClear: () => void };

function List({ filters, onOpen, onClear }: ListProps) {
  const t = useTranslations('suppressions.list');
  const search = useDeferredValue(filters.search.trim());
  const found = useSuppressions({ ...filters, search });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending) return <ListSkeleton rows={5} />;
  if (found.isError && !found.data)
    return <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />;
  const filtered = search !== '' || filters.channel !== undefined || filters.reason !== undefined;
  if (items.length === 0 && filtered)
    return (
      <EmptyState title={t('noMatch')} actions={<Button onClick={onClear}>{t('clear')}</Button>}>
        {t('noMatchDetail')}
      </EmptyState>
    );
  if (items.length === 0)
    return (
      <EmptyState
        icon={<MailX size={20} strokeWidth={1.75} />}
        title={filters.state === 'active' ? t('empty') : t('noReleased')}
      >
        {filters.state === 'active' ? t('emptyDetail') : t('noReleasedDetail')}
      </EmptyState>
    );
  return (
    <>
      <Table label={t('title')}>
        <thead>
          <tr>
            <HeadCell>{t('address')}</HeadCell>
            <HeadCell>{t('reason')}</HeadCell>
            <HeadCell>{t('since')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <SuppressionRow key={item.id} item={item} onOpen={() => onOpen(item.id)} />
          ))}
        </tbody>
      </Table>
      <LoadMore has={found.hasNextPage} busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
    </>
  );
}

function SuppressionRow({ item, onOpen }: { item: Suppression; onOpen: () => void }) {
  const t = useTranslations('suppressions.list');
  const address = item.address ?? t('erased');
  return (
    <Row className="relative">
      <Cell className="max-w-72">
        <button
          type="button"
          aria-label={t('open', { address })}
          onClick={onOpen}
          className="flex w-full items-center gap-2 text-left after:absolute after:inset-0"
        >
          <ChannelMark channel={item.channel} />
          <span className={item.address === null ? 'truncate text-muted italic' : 'truncate font-medium'}>
            {address}
          </span>
        </button>
      </Cell>
      <Cell>
        <ReasonBadge reason={item.reason} />
      </Cell>
      <Cell className="whitespace-nowrap text-muted">
        <RelativeTime at={item.released?.at ?? item.createdAt} />
      </Cell>
    </Row>
  );
}

function ChannelMark({ channel }: { channel: Channel }) {
  return (
    <span className="text-muted" title={channelOf(channel).label}>
      <ChannelIcon channel={channel} />
    </span>
  );
}
