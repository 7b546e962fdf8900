'use client';

import { api } from '@wend/contract/plain';
import type { SuppressionDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { ReasonBadge } from './reason-badge';
import { useRelease, useSuppression } from './use-suppressions';

/** Why an address is suppressed, what became of it before, and the way to release it. */
export function SuppressionDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('suppressions.detail');
  const list = useTranslations('suppressions.list');
  const found = useSuppression(id);
  const toast = useToast();
  const release = useRelease(id);
  const may = useMay(api.releaseSuppression.access);
  const [reason, setReason] = useState<string | null>(null);
  const title = found.data ? (found.data.address ?? list('erased')) : t('title');
  const submit = () =>
    release.mutate((reason ?? '').trim(), {
      onSuccess: () => {
        toast.say(t('done'), { detail: t('doneDetail') });
        onClose();
      },
    });
  const asking = reason !== null;
  const active = found.data?.released === null;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={<span className="break-all">{title}</span>}
      {...(asking && { onSubmit: submit })}
      footer={
        asking ? (
          <>
            <Button onClick={() => setReason(null)}>{t('cancel')}</Button>
            <Button type="submit" variant="primary" busy={release.isPending} disabled={reason.trim().length < 3}>
              {t('releaseAction')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t('close')}</Button>
            {may && active ? (
              <Button variant="danger" onClick={() => setReason('')}>
                {t('release')}
              </Button>
            ) : null}
          </>
        )
      }
    >
      {found.isPending ? <ListSkeleton rows={2} /> : null}
      {found.isError && !found.data ? (
        <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />
      ) : null}
      {found.data ? <Facts item={found.data} /> : null}
      {asking ? (
        <div className="mt-4 space-y-3">
          <Field label={t('releaseLabel')} help={t('releaseHelp')} error={fieldError(release.error, 'reason')}>
            {(control) => (
              <Input
                {...control}
                // The question was asked for: the answer is what comes next.
                autoFocus
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          <FormError error={release.error} />
        </div>
      ) : null}
    </Dialog>
  );
}

function Facts({ item }: { item: SuppressionDetail }) {
  const t = useTranslations('suppressions.detail');
  const words = useTranslations('suppressions');
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2">
        <Fact label={t('why')}>
          <span className="flex flex-wrap items-center gap-2">
            <ReasonBadge reason={item.reason} />
            <span className="text-muted">{words(`sources.${item.source}`)}</span>
          </span>
        </Fact>
        {item.detail === null ? null : (
          <Fact label={item.addedBy === null ? t('said') : t('note')}>
            <span className="break-words">{item.detail}</span>
          </Fact>
        )}
        {item.messageId === null ? null : (
          <Fact label={t('message')}>
            <Link className="text-accent hover:underline" href={`/outbox?message=${item.messageId}`}>
              {t('showMessage')}
            </Link>
          </Fact>
        )}
        {item.addedBy === null ? null : <Fact label={t('by')}>{item.addedBy}</Fact>}
      </dl>
      <h3 className="mt-5 mb-2 font-semibold">{t('history')}</h3>
      <ol className="space-y-2 border-l border-line pl-4">
        {item.history.map((each) => (
          <li key={each.id} className="space-y-1">
            {each.released ? (
              <p className="text-muted">
                {t.rich('releasedBy', {
                  by: each.released.by,
                  reason: each.released.reason,
                  time: () => <RelativeTime at={each.released!.at} />,
                })}
              </p>
            ) : null}
            <p className="flex flex-wrap items-center gap-2">
              <ReasonBadge reason={each.reason} />
              <span className="text-muted">
                {t.rich('suppressed', { time: () => <RelativeTime at={each.createdAt} /> })}
              </span>
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
