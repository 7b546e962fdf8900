'use client';

import type { SegmentListItem, SegmentSummary } from '@wend/contract';
import { ListChecks, ListFilter, LoaderCircle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { IconTile } from '@/components/ui/icon-tile';
import { RelativeTime } from '@/components/ui/relative-time';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { Tip } from '@/components/ui/tooltip';
import { formatNumber } from '@/lib/format';
import { SegmentMenu } from './segment-menu';
import { isBuilding } from './use-segments';

/** On a phone the figures move below the name. */
export function SegmentTable({ segments }: { segments: readonly SegmentListItem[] }) {
  const t = useTranslations('segments.list');
  return (
    <Table label={t('title')}>
      <thead>
        <tr>
          <HeadCell>{t('segment')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('kind')}</HeadCell>
          <HeadCell numeric className="max-sm:hidden">
            {t('size')}
          </HeadCell>
          <HeadCell className="max-md:hidden">{t('usedBy')}</HeadCell>
          <HeadCell className="max-md:hidden">{t('changed')}</HeadCell>
          <HeadCell>
            <span className="sr-only">{t('actions')}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {segments.map((segment) => (
          <SegmentRow key={segment.id} segment={segment} />
        ))}
      </tbody>
    </Table>
  );
}

function SegmentRow({ segment }: { segment: SegmentListItem }) {
  const t = useTranslations('segments.list');
  const kinds = useTranslations('segments.kinds');
  const Icon = segment.kind === 'rule' ? ListFilter : ListChecks;
  return (
    <Row className="relative">
      <Cell className="w-full max-w-0 min-w-44">
        <div className="flex items-center gap-3">
          <IconTile category="decision">
            <Icon size={15} strokeWidth={1.75} />
          </IconTile>
          <div className="min-w-0">
            <Link
              href={`/segments/${segment.id}`}
              className="block truncate text-md font-semibold after:absolute after:inset-0"
            >
              {segment.name}
            </Link>
            {segment.description ? <p className="truncate text-xs text-muted">{segment.description}</p> : null}
            <p className="mt-1 text-xs text-muted tabular-nums sm:hidden">
              {kinds(segment.kind)} · {t('people', { count: segment.size })}
            </p>
          </div>
        </div>
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-sm:hidden">{kinds(segment.kind)}</Cell>
      <Cell numeric className="whitespace-nowrap max-sm:hidden">
        <Building segment={segment} />
        {formatNumber(segment.size)}
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-md:hidden">
        {segment.usedBy === 0 ? (
          '–'
        ) : (
          <Link
            href={`/segments/${segment.id}?tab=uses`}
            className="relative z-10 underline-offset-2 hover:text-accent hover:underline"
          >
            {t('uses', { count: segment.usedBy })}
          </Link>
        )}
      </Cell>
      <Cell className="text-muted max-md:hidden">
        <RelativeTime at={segment.updatedAt} className="relative z-10 whitespace-nowrap" />
      </Cell>
      <Cell className="relative z-10 w-10">
        <SegmentMenu segment={segment} />
      </Cell>
    </Row>
  );
}

function Building({ segment }: { segment: SegmentSummary }) {
  const t = useTranslations('segments.list');
  if (!isBuilding(segment)) return null;
  return (
    <Tip label={t('building')}>
      <span
        tabIndex={0}
        aria-label={t('building')}
        role="img"
        className="relative z-10 mr-1.5 inline-block align-[-2px]"
      >
        <LoaderCircle size={13} strokeWidth={2} className="animate-spin text-muted" aria-hidden />
      </span>
    </Tip>
  );
}
