'use client';

import { useQuery } from '@tanstack/react-query';
import { api, messageClasses, messageStatuses } from '@wend/contract/plain';
import { Download, SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input, SearchInput } from '@/components/ui/input';
import { Menu } from '@/components/ui/menu';
import { Popover } from '@/components/ui/popover';
import { Select } from '@/components/ui/select';
import { useJourneys } from '@/features/journeys/use-journeys';
import { useChannels } from '@/features/messages/channels';
import { reasonLabel } from '@/features/messages/reasons';
import { call, routeUrl } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { viewerZone } from '@/lib/day-range';
import { useMay } from '@/lib/session';
import { useDebounced } from '@/lib/use-debounced';
import { countMore, hrefOf, noFilters, queryOf, readFilters, values } from './filters';
import type { FilterName, Filters } from './filters';

type FiltersProps = { filters: Filters; onChange: (change: Filters) => void };

/** Search and journey; the rest behind a button; and the list as a file. */
export function OutboxFilters({ filters: asked, onChange: ask }: FiltersProps) {
  const t = useTranslations('outbox.outboxFilters');
  // What is pressed shows at once; the address, and the list by it, follow.
  const [filters, setFilters] = useState(asked);
  const address = hrefOf({ filters: asked });
  useEffect(() => {
    const now = new URLSearchParams(location.search);
    // What was pressed meanwhile is not undone by the answer to what was pressed before.
    if (address === hrefOf({ filters: readFilters((name) => now.get(name) ?? undefined) })) setFilters(asked);
  }, [address]);
  const onChange: FiltersProps['onChange'] = (change) => {
    const next = { ...noFilters, ...filters, ...change };
    setFilters(next);
    ask(next);
  };
  // Their messages are here whether or not they are still in use.
  const journeys = useJourneys({ archived: 'any' });
  const journeyOptions = [
    { value: 'all', label: t('allJourneys') },
    ...(journeys.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  const count = countMore(filters);
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 max-sm:w-full [&>button]:w-auto">
      <Search value={filters.search ?? ''} onChange={(search) => onChange({ search: search || undefined })} />
      <Select
        aria-label={t('journey')}
        className="max-w-48 min-w-34"
        value={filters.journey ?? 'all'}
        options={journeyOptions}
        onChange={(value) => onChange({ journey: value === 'all' ? undefined : value, node: undefined })}
      />
      <Popover
        align="end"
        label={t('moreFilters')}
        className="max-h-[min(40rem,var(--radix-popover-content-available-height))] w-88 max-w-[calc(100vw-1rem)] overflow-y-auto"
        trigger={
          <Button icon={<SlidersHorizontal size={15} strokeWidth={1.75} />}>
            {count > 0 ? t('active', { count }) : t('moreFilters')}
          </Button>
        }
      >
        <MoreFilters filters={filters} onChange={onChange} />
      </Popover>
      <ExportMenu filters={filters} />
    </div>
  );
}

function MoreFilters({ filters, onChange }: FiltersProps) {
  const t = useTranslations('outbox.outboxFilters');
  const badge = useTranslations('common.statusBadge');
  const reasons = useTranslations('messages.reasons');
  const channels = useChannels();
  const steps = useSteps(filters.journey);
  const { connections, providers } = useSenders();
  const set = (name: FilterName) => (value: string) => onChange({ [name]: value === 'any' ? undefined : value });
  const any = (label: string) => ({ value: 'any', label });
  return (
    <div className="space-y-4">
      <Ticks
        label={t('status')}
        chosen={values(filters.status)}
        options={messageStatuses.map((value) => ({ value, label: badge(`message.${value}`) }))}
        onChange={(status) => onChange({ status })}
      />
      <Ticks
        label={t('channel')}
        chosen={values(filters.channel)}
        options={channels.map(({ name, label }) => ({ value: name, label }))}
        onChange={(channel) => onChange({ channel })}
      />
      <Ticks
        label={t('origin')}
        chosen={values(filters.origin)}
        columns={3}
        options={(['live', 'demo', 'test'] as const).map((value) => ({ value, label: t(value) }))}
        onChange={(origin) => onChange({ origin })}
      />
      <div className="grid grid-cols-2 gap-3">
        <Choice
          label={t('reason')}
          value={filters.reason}
          options={[
            any(t('anyReason')),
            ...withChosen(knownReasons, filters.reason).map((value) => ({ value, label: reasonLabel(reasons, value) })),
          ]}
          onChange={set('reason')}
        />
        <Choice
          label={t('step')}
          value={filters.node}
          disabled={filters.journey === undefined}
          options={[
            any(t('anyStep')),
            ...withChosen(
              steps.map(({ id }) => id),
              filters.node,
            ).map((value) => ({
              value,
              label: steps.find(({ id }) => id === value)?.name ?? value,
            })),
          ]}
          onChange={set('node')}
        />
        <Choice
          label={t('provider')}
          value={filters.provider}
          options={[
            any(t('anyProvider')),
            ...withChosen(['sandbox', ...providers.map(({ name }) => name)], filters.provider).map((value) => ({
              value,
              label:
                value === 'sandbox' ? t('sandbox') : (providers.find(({ name }) => name === value)?.title ?? value),
            })),
          ]}
          onChange={set('provider')}
        />
        {connections.length > 0 ? (
          <Choice
            label={t('connection')}
            value={filters.connection}
            options={[any(t('anyConnection')), ...connections.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={set('connection')}
          />
        ) : null}
        <Choice
          label={t('class')}
          value={filters.class}
          options={[any(t('anyClass')), ...messageClasses.map((value) => ({ value, label: t(`classes.${value}`) }))]}
          onChange={set('class')}
        />
        {(['from', 'to'] as const).map((end) => (
          <Field key={end} label={t(end)}>
            {(control) => (
              <Input
                {...control}
                type="date"
                value={filters[end] ?? ''}
                onChange={(event) => onChange({ [end]: event.target.value || undefined })}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="text-xs text-muted">{t('zone', { zone: viewerZone() })}</p>
      <Checkbox
        checked={filters.standing === 'true'}
        label={t('standing')}
        onChange={(checked) => onChange({ standing: checked ? 'true' : undefined })}
      />
      {filters.person !== undefined ? (
        <Checkbox checked label={t('onlyPerson')} onChange={() => onChange({ person: undefined })} />
      ) : null}
      {filters.reachedFrom !== undefined || filters.reachedTo !== undefined ? (
        <Checkbox
          checked
          label={t('onlyReached')}
          onChange={() => onChange({ reachedFrom: undefined, reachedTo: undefined })}
        />
      ) : null}
      <Button onClick={() => onChange(noFilters)}>{t('clearAll')}</Button>
    </div>
  );
}

const knownReasons = ['unsubscribed', 'suppressed', 'no-provider', 'unreachable', 'capped', 'paused', 'aborted', 'invalid', 'rejected', 'badAddress', 'timeout', 'network', 'configuration', 'serverError']; // prettier-ignore

/** What the address has chosen is among the options, known or not. */
function withChosen(options: readonly string[], chosen: string | undefined): string[] {
  return [...new Set([...options, ...(chosen === undefined ? [] : [chosen])])];
}

type Option = { value: string; label: string };

function Ticks({
  label,
  chosen,
  options,
  columns = 2,
  onChange,
}: {
  label: string;
  chosen: readonly string[];
  options: readonly Option[];
  columns?: 2 | 3;
  onChange: (list: string | undefined) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{label}</legend>
      <div className={cx('grid gap-x-3 gap-y-1.5', columns === 2 ? 'grid-cols-2' : 'grid-cols-3')}>
        {options.map((option) => (
          <Checkbox
            key={option.value}
            checked={chosen.includes(option.value)}
            label={option.label}
            onChange={(checked) => {
              const next = checked ? [...chosen, option.value] : chosen.filter((each) => each !== option.value);
              onChange(next.length > 0 ? next.join(',') : undefined);
            }}
          />
        ))}
      </div>
    </fieldset>
  );
}

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange: (value: string) => void;
  disabled?: boolean;
};

function Choice({ label, value, options, onChange, disabled = false }: ChoiceProps) {
  return (
    <Field label={label}>
      {(control) => (
        <Select {...control} value={value ?? 'any'} options={options} onChange={onChange} disabled={disabled} />
      )}
    </Field>
  );
}

type Senders = { connections: { id: string; name: string }[]; providers: { name: string; title: string }[] };

/** What messages go out by; none for those who may not see it. */
function useSenders(): Senders {
  const may = useMay(api.connections.access);
  const answer = useQuery({
    queryKey: ['connections'],
    enabled: may,
    staleTime: 60_000,
    queryFn: ({ signal }) => call(api.connections, { signal }),
  });
  const { items = [], providers = [] } = answer.data ?? {};
  const used = new Set(items.map(({ kind }) => kind));
  return {
    connections: items,
    // Those without settings send without a connection.
    providers: providers.filter(({ name, settings }) => used.has(name) || settings === null),
  };
}

/** The steps of a journey that send. */
function useSteps(journeyId: string | undefined): { id: string; name: string }[] {
  const steps = useQuery({
    queryKey: ['ledger', journeyId, 'steps'],
    enabled: journeyId !== undefined,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      call(api.sendLedger, { params: { id: journeyId ?? '' }, query: { count: 'false' }, signal }),
  });
  return (steps.data?.items ?? []).map(({ node, name }) => ({ id: node, name }));
}

function ExportMenu({ filters }: { filters: Filters }) {
  const t = useTranslations('outbox.outboxFilters');
  if (!useMay('messages.export')) return null;
  const href = (bom?: 'true') => routeUrl('/api/messages.csv', { query: { ...queryOf(filters), bom } });
  return (
    <Menu
      items={[
        { label: t('export'), onSelect: () => location.assign(href()) },
        { label: t('exportExcel'), onSelect: () => location.assign(href('true')) },
      ]}
    >
      <Button icon={<Download size={15} strokeWidth={1.75} aria-hidden />} className="max-sm:px-2">
        <span className="max-sm:sr-only">{t('exportMenu')}</span>
      </Button>
    </Menu>
  );
}

/** Asks once the typing rests; follows the address when the filters are cleared. */
function Search({ value, onChange }: { value: string; onChange: (search: string) => void }) {
  const t = useTranslations('outbox.outboxFilters');
  const [typed, setTyped] = useState(value);
  const rested = useDebounced(typed.trim());
  useEffect(() => setTyped((now) => (now.trim() === value ? now : value)), [value]);
  useEffect(() => {
    if (rested === typed.trim() && rested !== value) onChange(rested);
    // Only what was typed is a wish; the other filters change on their own.
  }, [rested]);
  return (
    <SearchInput
      className="w-48 max-sm:w-full"
      placeholder={t('searchPlaceholder')}
      aria-label={t('searchMessages')}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
