'use client';

import { useQuery } from '@tanstack/react-query';
import { api, channelOf } from '@wend/contract/plain';
import type { CutCount, DeliveryOverview } from '@wend/contract';
import { Inbox } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { ruleLabel } from '@/features/messages/reasons';
import { call } from '@/lib/api-client';

const refreshMs = 5_000;

/** What waits to be sent, what rules keep back, and which of them act most. */
export function DeliveryPage() {
  const t = useTranslations('delivery.page');
  const overview = useQuery({
    queryKey: ['delivery', 'overview'],
    queryFn: ({ signal }) => call(api.deliveryOverview, { signal }),
    refetchInterval: refreshMs,
  });
  return (
    <>
      <PageHeader
        title={t('title')}
        parent={{ label: t('outbox'), href: '/outbox' }}
        actions={
          <>
            <Button asChild>
              <Link href="/delivery/backlog">{t('backlog')}</Link>
            </Button>
            <Button asChild>
              <Link href="/settings?tab=delivery">{t('settings')}</Link>
            </Button>
          </>
        }
      />
      <PageBody width="full" className="space-y-4" onlyRead>
        {overview.isPending ? <ListSkeleton rows={6} /> : null}
        {overview.isError && !overview.data ? (
          <ErrorState error={overview.error} title={t('failed')} onRetry={() => void overview.refetch()} />
        ) : null}
        {overview.data ? (
          <>
            <Queues queues={overview.data.queues} />
            <Held overview={overview.data} />
            <Rates rates={overview.data.rates} />
            <Acts acts={overview.data.acts} />
          </>
        ) : null}
      </PageBody>
    </>
  );
}

function Queues({ queues }: Pick<DeliveryOverview, 'queues'>) {
  const t = useTranslations('delivery.page');
  const words = ({ count, more }: CutCount) => t(more ? 'more' : 'count', { count });
  return (
    <Section title={t('queues')} description={t('queuesDetail')}>
      {queues.length === 0 ? (
        <EmptyState icon={<Inbox size={20} strokeWidth={1.75} />} title={t('nothingWaits')}>
          {t('nothingWaitsDetail')}
        </EmptyState>
      ) : (
        <Table label={t('queues')}>
          <thead>
            <tr>
              <HeadCell>{t('channel')}</HeadCell>
              <HeadCell numeric>{t('due')}</HeadCell>
              <HeadCell>{t('oldest')}</HeadCell>
              <HeadCell numeric>{t('sending')}</HeadCell>
              <HeadCell numeric>{t('later')}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {queues.map(({ channel, due, sending, later, oldestDue }) => (
              <Row key={channel}>
                <Cell>
                  <Link className="text-accent hover:underline" href={`/outbox?channel=${channel}&status=queued`}>
                    {channelOf(channel).label}
                  </Link>
                </Cell>
                <Cell numeric>{words(due)}</Cell>
                <Cell>{oldestDue ? <RelativeTime at={oldestDue} /> : '–'}</Cell>
                <Cell numeric>{t('count', { count: sending })}</Cell>
                <Cell numeric>{words(later)}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function Held({ overview: { held, nextRelease } }: { overview: DeliveryOverview }) {
  const t = useTranslations('delivery.page');
  const rules = useTranslations('messages.rules');
  return (
    <Section title={t('held')} description={t('heldDetail')}>
      {held.length === 0 ? (
        <p className="p-4 text-muted">{t('nothingHeld')}</p>
      ) : (
        <>
          <ul className="divide-y divide-line">
            {held.map(({ rule, count }) => (
              <li key={rule} className="flex justify-between gap-3 px-4 py-2.5 tabular-nums">
                <Link className="text-accent hover:underline" href={`/delivery/backlog?rule=${rule}`}>
                  {ruleLabel(rules, rule)}
                </Link>
                <span>{t('messages', { count })}</span>
              </li>
            ))}
          </ul>
          {nextRelease ? (
            <p className="border-t border-line px-4 py-2.5 text-xs text-muted">
              {t.rich('nextRelease', { time: () => <RelativeTime at={nextRelease} /> })}
            </p>
          ) : null}
        </>
      )}
    </Section>
  );
}

function Rates({ rates }: Pick<DeliveryOverview, 'rates'>) {
  const t = useTranslations('delivery.page');
  return (
    <Section title={t('rates')} description={t('ratesDetail')}>
      <Table label={t('rates')}>
        <thead>
          <tr>
            <HeadCell>{t('rateScope')}</HeadCell>
            <HeadCell numeric>{t('lastMinute')}</HeadCell>
            <HeadCell numeric>{t('limit')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {rates.map((rate) => (
            <RateRow key={`${rate.kind}/${rate.of}`} rate={rate} />
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function RateRow({
  rate: { kind, name, lastMinute, limit, slowedTo, busy },
}: {
  rate: DeliveryOverview['rates'][number];
}) {
  const t = useTranslations('delivery.page');
  return (
    <Row>
      <Cell>{t(`rateOf.${kind}`, { name: kind === 'channel' ? channelOf(name).label : name })}</Cell>
      <Cell numeric>
        {t('count', { count: lastMinute })}
        {lastMinute >= 60 ? (
          <span className="block text-xs text-muted">{t('perSecond', { count: lastMinute / 60 })}</span>
        ) : null}
      </Cell>
      <Cell numeric>
        {limit ? t(limit.per === 'minute' ? 'perMinute' : 'perSecond', { count: limit.messages }) : t('noLimit')}
        {slowedTo === null ? null : <span className="block text-xs text-warn">{t('slowed', { count: slowedTo })}</span>}
        {busy && slowedTo === null ? <span className="block text-xs text-warn">{t('busy')}</span> : null}
      </Cell>
    </Row>
  );
}

function Acts({ acts }: Pick<DeliveryOverview, 'acts'>) {
  const t = useTranslations('delivery.page');
  const rules = useTranslations('messages.rules');
  return (
    <Section title={t('acts')} description={t('actsDetail')}>
      {acts.length === 0 ? (
        <p className="p-4 text-muted">{t('noActs')}</p>
      ) : (
        <Table label={t('acts')}>
          <thead>
            <tr>
              <HeadCell>{t('rule')}</HeadCell>
              <HeadCell numeric>{t('heldDay')}</HeadCell>
              <HeadCell numeric>{t('suppressedDay')}</HeadCell>
              <HeadCell numeric>{t('heldWeek')}</HeadCell>
              <HeadCell numeric>{t('suppressedWeek')}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {acts.map(({ rule, what, lastDay, lastWeek }) => (
              <Row key={`${rule}/${what}`}>
                <Cell className="min-w-36">
                  <span className="block">{ruleLabel(rules, rule)}</span>
                  {what === '' ? null : (
                    <span className="block text-xs text-muted first-letter:uppercase">{whatWords(t, what)}</span>
                  )}
                </Cell>
                {[lastDay.held, lastDay.suppressed, lastWeek.held, lastWeek.suppressed].map((count, index) => (
                  <Cell key={index} numeric>
                    {t('count', { count })}
                  </Cell>
                ))}
              </Row>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function whatWords(t: ReturnType<typeof useTranslations<'delivery.page'>>, what: string): string {
  return what === 'global' || what === 'control' ? t(`what.${what}`) : what;
}
