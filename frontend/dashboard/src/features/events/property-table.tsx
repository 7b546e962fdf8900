'use client';

import type { CatalogueDetail, CatalogueProperty, ExpectedType } from '@wend/contract';
import { valueTypes } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useToast } from '@/components/ui/toast';
import { Types } from './catalogue-table';
import { PropertyDescription } from './property-description';
import { useDescribe } from './use-catalogue';

const any = 'any';
const expectable = valueTypes.filter((type) => type !== 'empty');

/** Properties of an event with their types and recent values; of a trait its own. */
export function PropertyTable({ entry, may }: { entry: CatalogueDetail; may: boolean }) {
  const t = useTranslations('events.detail');
  const list = useTranslations('events.list');
  const event = entry.kind === 'event';
  return (
    <Table label={event ? t('properties') : t('values')}>
      <thead>
        <tr>
          {event ? <HeadCell>{list('name')}</HeadCell> : null}
          <HeadCell>{list('types')}</HeadCell>
          <HeadCell>{t('values')}</HeadCell>
          {may ? <HeadCell>{t('expectedTypeTrait')}</HeadCell> : null}
          {may && event ? <HeadCell>{t('hide')}</HeadCell> : null}
        </tr>
      </thead>
      <tbody>
        {entry.properties.map((property) => (
          <Property key={property.path} entry={entry} property={property} may={may} />
        ))}
      </tbody>
    </Table>
  );
}

function Property({ entry, property, may }: { entry: CatalogueDetail; property: CatalogueProperty; may: boolean }) {
  const t = useTranslations('events.detail');
  const types = useTranslations('events.types');
  const describe = useDescribe(entry);
  const toast = useToast();
  const { path, values, secret, changed, hidden, expectedType } = property;
  const event = entry.kind === 'event';
  const change = (some: { expectedType?: ExpectedType | null; hidden?: boolean }) =>
    describe.mutate({ path, ...some }, { onError: (error) => toast.fail(t('saveFailed'), error) });
  return (
    <Row>
      {event ? (
        <Cell className="max-w-56 min-w-40 break-words">
          <p className="font-mono text-xs">{path}</p>
          <PropertyDescription entry={entry} property={property} may={may} />
        </Cell>
      ) : null}
      <Cell className="whitespace-nowrap">
        <Types types={property.types} />
        {changed ? (
          <Badge tone="bad" className="ml-2">
            {t('changed')}
          </Badge>
        ) : null}
      </Cell>
      <Cell className="max-w-64 text-muted">
        {secret ? (
          t('secret')
        ) : values.length === 0 ? (
          t('noValues')
        ) : (
          <span className="block truncate font-mono text-xs" title={values.join('\n')}>
            {values.join(', ')}
          </span>
        )}
      </Cell>
      {may ? (
        <Cell>
          <Select
            className="w-28!"
            aria-label={t('expectedType', { path: path || entry.name })}
            value={expectedType ?? any}
            disabled={describe.isPending}
            onChange={(next) => change({ expectedType: next === any ? null : next })}
            options={[
              { value: any, label: t('anyType') },
              ...expectable.map((value) => ({ value, label: types(value) })),
            ]}
          />
        </Cell>
      ) : null}
      {may && event ? (
        <Cell>
          <Switch
            aria-label={`${t('hide')}: ${path}`}
            checked={hidden}
            disabled={describe.isPending}
            onCheckedChange={(on) => change({ hidden: on })}
          />
        </Cell>
      ) : null}
    </Row>
  );
}
