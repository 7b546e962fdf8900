'use client';

import { dateOrders, importValueTypes } from '@wend/contract/plain';
import type { ImportDetail, ImportTarget } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Section } from '@/components/ui/card';
import { fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { TopicPicker } from '@/features/consents/topic-picker';
import { useSuppressibleChannels } from '@/features/suppressions/use-suppressible-channels';
import { useChannels } from '@/features/messages/channels';

type Column = NonNullable<ImportDetail['found']>['columns'][number];
type ColumnsTableProps = {
  found: NonNullable<ImportDetail['found']>;
  columns: ImportTarget[];
  onChange: (columns: ImportTarget[]) => void;
  error: unknown;
};

const targets = ['externalId', 'email', 'phone', 'trait', 'consent', 'time', 'ignore'] as const;
type Trait = Extract<ImportTarget, { to: 'trait' }>;

/** Each column of the file with its first values, and what becomes of it. */
export function ColumnsTable({ found, columns, onChange, error }: ColumnsTableProps) {
  const t = useTranslations('imports.map');
  const set = (index: number, target: ImportTarget) =>
    onChange(columns.map((each, place) => (place === index ? target : each)));
  return (
    <Section title={t('title')} description={t('description')}>
      <Table label={t('title')}>
        <thead>
          <tr>
            <HeadCell>{t('column')}</HeadCell>
            <HeadCell className="max-md:hidden">{t('samples')}</HeadCell>
            <HeadCell>{t('becomes')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {found.columns.map((column, index) => (
            <ColumnRow
              key={index}
              column={column}
              target={columns[index] ?? { to: 'ignore' }}
              onChange={(target) => set(index, target)}
              problem={fieldError(error, `columns.${index}`)}
            />
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

type ColumnRowProps = {
  column: Column;
  target: ImportTarget;
  onChange: (target: ImportTarget) => void;
  problem: string | undefined;
};

function ColumnRow({ column, target, onChange, problem }: ColumnRowProps) {
  const t = useTranslations('imports.map');
  const channels = useSuppressibleChannels();
  const choose = (to: ImportTarget['to']) => {
    if (to === 'trait') onChange(column.guess.to === 'trait' ? column.guess : traitOf(column));
    else if (to === 'consent') onChange({ to, channel: channels[0]?.name ?? '' });
    else if (to === 'time') onChange({ to, order: 'iso' });
    else onChange({ to });
  };
  return (
    <Row>
      <Cell className="max-w-44 align-top font-medium">
        <span className="block truncate leading-8">{column.name}</span>
      </Cell>
      <Cell className="w-full max-w-0 min-w-32 align-top text-muted max-md:hidden">
        <span className="block truncate leading-8">{column.samples.join(', ') || t('noValues')}</span>
      </Cell>
      <Cell className="align-top">
        <div className="flex flex-wrap gap-2 lg:min-w-[29rem]">
          <Select
            className="w-36!"
            aria-label={t('targetOf', { column: column.name })}
            aria-invalid={problem !== undefined}
            value={target.to}
            onChange={choose}
            options={targets.map((to) => ({ value: to, label: t(`targets.${to}`) }))}
          />
          <Details column={column} target={target} onChange={onChange} />
        </div>
        {problem ? <p className="mt-1 text-xs text-bad">{problem}</p> : null}
      </Cell>
    </Row>
  );
}

function traitOf(column: Column): Trait {
  const name = column.name.trim().toLowerCase().replace(/\s+/g, '_').slice(0, 100);
  return { to: 'trait', name: name || 'column', type: 'text', order: 'iso', separator: ',' };
}

function Details({ column, target, onChange }: Omit<ColumnRowProps, 'problem'>) {
  const t = useTranslations('imports.map');
  const channels = useChannels().filter(({ address }) => address !== null);
  if (target.to === 'trait') return <TraitDetails column={column} target={target} onChange={onChange} />;
  if (target.to === 'consent')
    return (
      <>
        <Select
          className="w-32!"
          aria-label={t('channelOf', { column: column.name })}
          value={target.channel}
          onChange={(channel) => onChange({ ...target, channel })}
          options={channels.map(({ name, label }) => ({ value: name, label }))}
        />
        <TopicPicker
          className="w-44!"
          aria-label={t('topicOf', { column: column.name })}
          without="all"
          channel={target.channel}
          value={target.topic}
          onChange={(topic) => onChange({ to: 'consent', channel: target.channel, ...(topic && { topic }) })}
        />
      </>
    );
  if (target.to === 'time')
    return <Order column={column} order={target.order} onChange={(order) => onChange({ ...target, order })} />;
  return null;
}

const separators = { ',': 'comma', ';': 'semicolon', '|': 'bar' } as const;

function TraitDetails({
  column,
  target,
  onChange,
}: {
  column: Column;
  target: Trait;
  onChange: (target: ImportTarget) => void;
}) {
  const t = useTranslations('imports.map');
  return (
    <>
      <Input
        className="w-40!"
        aria-label={t('nameOf', { column: column.name })}
        value={target.name}
        maxLength={100}
        onChange={(event) => onChange({ ...target, name: event.target.value })}
      />
      <Select
        className="w-32!"
        aria-label={t('typeOf', { column: column.name })}
        value={target.type}
        onChange={(type) => onChange({ ...target, type })}
        options={importValueTypes.map((type) => ({ value: type, label: t(`types.${type}`) }))}
      />
      {target.type === 'date' ? (
        <Order column={column} order={target.order} onChange={(order) => onChange({ ...target, order })} />
      ) : null}
      {target.type === 'list' ? (
        <Select
          className="w-32!"
          aria-label={t('separatorOf', { column: column.name })}
          value={target.separator}
          onChange={(separator) => onChange({ ...target, separator })}
          options={([',', ';', '|'] as const).map((value) => ({ value, label: t(`separators.${separators[value]}`) }))}
        />
      ) : null}
    </>
  );
}

type Order = (typeof dateOrders)[number];

function Order({ column, order, onChange }: { column: Column; order: Order; onChange: (order: Order) => void }) {
  const t = useTranslations('imports.map');
  return (
    <Select
      className="w-32!"
      aria-label={t('orderOf', { column: column.name })}
      value={order}
      onChange={onChange}
      options={dateOrders.map((value) => ({ value, label: t(`orders.${value}`) }))}
    />
  );
}
