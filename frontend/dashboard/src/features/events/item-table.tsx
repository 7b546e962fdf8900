'use client';

import type { IngestItem, IngestOutcome } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import type { Tone } from '@/components/ui/badge';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { shortTime } from '@/lib/time';
import { useLag } from './use-lag';

export const outcomeTones: Record<IngestOutcome, Tone> = { accepted: 'good', duplicate: 'neutral', rejected: 'bad' };

type ItemTableProps = { items: readonly IngestItem[]; label: string; onOpen: (item: IngestItem) => void };

/** Items of requests, the newest first. */
export function ItemTable({ items, label, onOpen }: ItemTableProps) {
  const t = useTranslations('events.live');
  const lag = useLag();
  return (
    <Table label={label}>
      <thead>
        <tr>
          <HeadCell>{t('received')}</HeadCell>
          <HeadCell>{t('name')}</HeadCell>
          <HeadCell>{t('outcome')}</HeadCell>
          <HeadCell className="max-md:hidden">{t('person')}</HeadCell>
          <HeadCell className="max-lg:hidden">{t('source')}</HeadCell>
          <HeadCell numeric className="max-lg:hidden">
            {t('lag')}
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.id} className="relative">
            <Cell className="font-mono text-xs whitespace-nowrap text-muted">{shortTime({ at: item.receivedAt })}</Cell>
            <Cell className="max-w-72">
              <button
                type="button"
                className="block max-w-full truncate text-left font-semibold after:absolute after:inset-0"
                onClick={() => onOpen(item)}
                aria-label={t('details', { name: nameWords(t, item) })}
              >
                {nameWords(t, item)}
              </button>
              {item.reason ? <p className="truncate text-xs text-bad">{item.reason}</p> : null}
            </Cell>
            <Cell>
              <Badge tone={outcomeTones[item.outcome]}>{t(item.outcome)}</Badge>
            </Cell>
            <Cell className="max-w-44 truncate font-mono text-xs text-muted max-md:hidden">
              {item.userId ?? item.anonymousId ?? t('nobody')}
            </Cell>
            <Cell className="max-w-44 truncate text-muted max-lg:hidden">
              {item.library ?? item.key?.name ?? item.route}
            </Cell>
            <Cell numeric className="whitespace-nowrap text-muted max-lg:hidden">
              {item.lagMs === null ? '–' : lag(item.lagMs)}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/** Calls that are no `track` are named by their kind. */
export function nameWords(
  t: ReturnType<typeof useTranslations<'events.live'>>,
  { name, kind, route }: IngestItem,
): string {
  if (name !== null) return name;
  if (route.endsWith('/devices')) return t(route.startsWith('DELETE') ? 'deviceRemoved' : 'device');
  return kind ?? (route.endsWith('/batch') || route.endsWith('/import') ? t('wholeRequest') : t('unnamed'));
}
