'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { LedgerStep } from '@wend/contract';
import { Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { reasonLabel } from '@/features/messages/reasons';
import { call } from '@/lib/api-client';
import { viewerZone } from '@/lib/day-range';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { Batches } from './batches';
import { doors, instants, ledgerKey, messagesHref, missingOf } from './ledger-links';
import type { LedgerDoor, LedgerRange } from './ledger-links';
import { MissingDialog } from './missing-dialog';

/** What became of the messages of each step, to the last visit; and sending to those it has not reached. */
export function LedgerPage({ journeyId }: { journeyId: string }) {
  const t = useTranslations('ledger.ledgerPage');
  const { get, set } = useQueryState();
  const range: LedgerRange = { version: get('version'), from: get('from'), to: get('to') };
  const ledger = useLedger({ journeyId, range });
  const [asked, setAsked] = useState<LedgerStep | null>(null);
  const name = ledger.data?.journey.name ?? t('journeys');
  return (
    <>
      <PageHeader title={t('title')} parent={{ label: name, href: `/journeys/${journeyId}?layer=live` }} />
      <PageBody width="full" className="space-y-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t('version')} className="w-40">
            {(control) => (
              <Select
                {...control}
                value={range.version ?? 'all'}
                options={[
                  { value: 'all', label: t('allVersions') },
                  ...(ledger.data?.versions ?? []).map((number) => ({
                    value: String(number),
                    label: t('number', { number }),
                  })),
                ]}
                onChange={(version) => set({ version: version === 'all' ? undefined : version })}
              />
            )}
          </Field>
          {(['from', 'to'] as const).map((end) => (
            <Field key={end} label={t(end)} className="w-40">
              {(control) => (
                <Input
                  {...control}
                  type="date"
                  value={range[end] ?? ''}
                  onChange={(event) => set({ [end]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <p className="pb-2 text-xs text-muted" suppressHydrationWarning>
            {t('zone', { zone: viewerZone() })}
          </p>
          <Button className="ml-auto" busy={ledger.isFetching} onClick={() => void ledger.refetch()}>
            {t('reload')}
          </Button>
        </div>
        {ledger.isPending ? (
          <ListSkeleton rows={5} />
        ) : ledger.isError ? (
          <ErrorState error={ledger.error} title={t('failed')} onRetry={() => void ledger.refetch()} />
        ) : ledger.data.items.length === 0 ? (
          <EmptyState icon={<Send size={20} strokeWidth={1.75} />} title={t('none')}>
            {t('noneDetail')}
          </EmptyState>
        ) : (
          <Card className="overflow-hidden">
            <Table label={t('table')}>
              <thead>
                <tr>
                  <HeadCell>{t('step')}</HeadCell>
                  {columns.map((column) => (
                    <HeadCell key={column} numeric>
                      {t(column === 'failed' ? 'failedCount' : column)}
                    </HeadCell>
                  ))}
                  <HeadCell>{t('suppressed')}</HeadCell>
                  <HeadCell numeric>{t('missing')}</HeadCell>
                  <HeadCell />
                </tr>
              </thead>
              <tbody>
                {ledger.data.items.map((step) => (
                  <StepRow
                    key={step.node}
                    step={step}
                    journeyId={journeyId}
                    range={range}
                    stopped={ledger.data.journey.stopped}
                    onSend={() => setAsked(step)}
                  />
                ))}
              </tbody>
            </Table>
          </Card>
        )}
        <p className="text-xs text-muted">{t('hint')}</p>
        <Batches journeyId={journeyId} steps={ledger.data?.items ?? []} />
      </PageBody>
      {asked ? (
        <MissingDialog journeyId={journeyId} step={asked} range={instants(range)} onClose={() => setAsked(null)} />
      ) : null}
    </>
  );
}

const columns = ['expected', 'waiting', 'withoutMessage', 'queued', 'sent', 'delivered', 'bounced', 'failed', 'unknown'] as const; // prettier-ignore

function useLedger({ journeyId, range }: { journeyId: string; range: LedgerRange }) {
  return useQuery({
    queryKey: [...ledgerKey(journeyId), range],
    queryFn: ({ signal }) => call(api.sendLedger, { params: { id: journeyId }, query: instants(range), signal }),
    placeholderData: (before) => before,
  });
}

type StepRowProps = {
  step: LedgerStep;
  journeyId: string;
  range: LedgerRange;
  stopped: boolean;
  onSend: () => void;
};

function StepRow({ step, journeyId, range, stopped, onSend }: StepRowProps) {
  const t = useTranslations('ledger.ledgerPage');
  const reasons = useTranslations('messages.reasons');
  const may = useMay(api.startResendBatch.access);
  const missing = missingOf(step);
  const at = { journeyId, node: step.node, range };
  const suppressed = Object.entries(step.suppressed).sort((a, b) => b[1] - a[1]);
  return (
    <Row>
      <Cell className="min-w-40 font-medium">{step.name}</Cell>
      {columns.map((column) => (
        <Cell key={column} numeric>
          <Figure
            count={step[column]}
            href={column in doors ? messagesHref(doors[column as keyof typeof doors], at) : null}
          />
        </Cell>
      ))}
      <Cell>
        <ul className="min-w-40">
          {suppressed.map(([reason, count]) => (
            <li key={reason} className="flex justify-between gap-3">
              <span>{reasonLabel(reasons, reason)}</span>
              <span className="tabular-nums">
                <Figure count={count} href={messagesHref({ status: 'suppressed', reason } satisfies LedgerDoor, at)} />
              </span>
            </li>
          ))}
        </ul>
        {suppressed.length === 0 ? <Figure count={0} href={null} /> : null}
      </Cell>
      <Cell numeric className={missing > 0 ? 'font-semibold text-warn' : ''}>
        {missing.toLocaleString()}
      </Cell>
      <Cell className="text-right">
        {may && missing > 0 && !stopped ? (
          <Button size="sm" onClick={onSend}>
            {t('sendMissing')}
          </Button>
        ) : null}
      </Cell>
    </Row>
  );
}

function Figure({ count, href }: { count: number; href: string | null }) {
  const t = useTranslations('ledger.ledgerPage');
  const words = count.toLocaleString();
  if (count === 0) return <span className="text-muted">{words}</span>;
  if (href === null) return <>{words}</>;
  return (
    <Link href={href} title={t('show')} className="text-accent underline-offset-2 hover:underline">
      {words}
    </Link>
  );
}
