'use client';

import type { JourneySummary } from '@wend/contract';
import { CircleAlert, LogIn } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { IconTile } from '@/components/ui/icon-tile';
import { RelativeTime } from '@/components/ui/relative-time';
import { JourneyStatusBadge } from '@/components/ui/status-badge';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { Tip } from '@/components/ui/tooltip';
import { formatNumber } from '@/lib/format';
import { useFailingWords } from '../messages/failing-words';
import { JourneyMenu } from './journey-menu';

/** On a phone the figures move below the name. */
export function JourneyTable({ journeys }: { journeys: readonly JourneySummary[] }) {
  const t = useTranslations('journeys.journeyTable');
  return (
    <Table label={t('journeys')}>
      <thead>
        <tr>
          <HeadCell>{t('journey')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('status')}</HeadCell>
          <HeadCell numeric className="max-sm:hidden">
            {t('entered')}
          </HeadCell>
          <HeadCell numeric className="max-sm:hidden">
            {t('activeNow')}
          </HeadCell>
          <HeadCell numeric className="max-md:hidden">
            {t('messages')}
          </HeadCell>
          <HeadCell className="max-lg:hidden">{t('updated')}</HeadCell>
          <HeadCell>
            <span className="sr-only">{t('actions')}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {journeys.map((journey) => (
          <JourneyRow key={journey.id} journey={journey} />
        ))}
      </tbody>
    </Table>
  );
}

/** Something is wrong with its messages now; leads to the canvas that says where. */
function Failing({ journey }: { journey: JourneySummary }) {
  const failingWords = useFailingWords();
  if (journey.failing === 0) return null;
  const words = failingWords(journey.failing);
  return (
    <Tip label={words}>
      <Link href={`/journeys/${journey.id}?layer=live`} aria-label={words} className="relative z-10 shrink-0 text-bad">
        <CircleAlert size={15} strokeWidth={2} aria-hidden />
      </Link>
    </Tip>
  );
}

/** A figure that leads to what it counts. */
function Door({ count, href, title }: { count: number; href: string; title: string }) {
  if (count === 0) return <span className="text-muted">0</span>;
  return (
    <Link href={href} title={title} className="relative z-10 underline-offset-2 hover:text-accent hover:underline">
      {formatNumber(count)}
    </Link>
  );
}

function WaysIn({ entries: [first, ...others] }: Pick<JourneySummary, 'entries'>) {
  const t = useTranslations('journeys.journeyTable');
  if (!first) return t('noEntry');
  return (
    <>
      {first.before} <span className="font-medium text-ink">{first.name}</span>
      {others.length > 0 && (
        <span title={others.map(({ before, name }) => `${before} ${name}`).join(', ')}> +{others.length}</span>
      )}
    </>
  );
}

function JourneyRow({ journey }: { journey: JourneySummary }) {
  const t = useTranslations('journeys.journeyTable');
  return (
    <Row className="relative">
      <Cell className="w-full max-w-0 min-w-44">
        <div className="flex items-center gap-3">
          <IconTile category="entry">
            <LogIn size={15} strokeWidth={1.75} />
          </IconTile>
          <div className="min-w-0">
            <div className="flex items-center gap-1.5">
              <Link
                href={`/journeys/${journey.id}`}
                className="block truncate text-md font-semibold after:absolute after:inset-0"
              >
                {journey.name}
              </Link>
              <Failing journey={journey} />
            </div>
            <p className="truncate text-xs text-muted">
              <WaysIn entries={journey.entries} />
              {journey.draftChanged && journey.status !== 'draft' ? ` · ${t('unpublishedChanges')}` : ''}
            </p>
            <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted sm:hidden">
              <JourneyStatusBadge status={journey.status} archived={journey.archivedAt !== null} />
              <span>{t('enteredCount', { entered: journey.entered })}</span>
              <span>{t('activeCount', { active: journey.active })}</span>
            </p>
          </div>
        </div>
      </Cell>
      <Cell className="max-sm:hidden">
        <JourneyStatusBadge
          status={journey.status}
          archived={journey.archivedAt !== null}
          version={journey.status === 'draft' ? null : journey.version}
        />
      </Cell>
      <Cell numeric className="max-sm:hidden">
        <Door count={journey.entered} href={`/journeys/${journey.id}?layer=replay`} title={t('showRuns')} />
      </Cell>
      <Cell numeric className="max-sm:hidden">
        {journey.active > 0 ? (
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-1.5 rounded-full bg-timing" />
            <Door
              count={journey.active}
              href={`/journeys/${journey.id}?layer=replay&status=running`}
              title={t('showActive')}
            />
          </span>
        ) : (
          <span className="text-muted">0</span>
        )}
      </Cell>
      <Cell numeric className="max-md:hidden">
        <Door count={journey.messages} href={`/outbox?journey=${journey.id}`} title={t('showMessages')} />
      </Cell>
      <Cell className="text-muted max-lg:hidden">
        <RelativeTime at={journey.updatedAt} className="relative z-10 whitespace-nowrap" />
      </Cell>
      <Cell className="relative z-10 w-10">
        <JourneyMenu journey={journey} />
      </Cell>
    </Row>
  );
}
