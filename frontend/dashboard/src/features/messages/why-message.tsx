'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { CheckOutcome, CheckResult, MessageExplanation, MessageSummary } from '@wend/contract';
import { Check, CircleDashed, CircleHelp, CirclePause, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';

const looks: Record<CheckResult, { icon: typeof Check; tone: string }> = {
  passed: { icon: Check, tone: 'text-good' },
  stopped: { icon: X, tone: 'text-bad' },
  held: { icon: CirclePause, tone: 'text-warn' },
  notReached: { icon: CircleDashed, tone: 'text-muted' },
  notRecorded: { icon: CircleHelp, tone: 'text-muted' },
};
const unsent = new Set(['suppressed', 'failed', 'bounced', 'unknown']);

/** Whether there is anything to ask: it did not go out, waits, or was held back before. */
export function hasWhy({ status, heldBack, ruling, attempts }: MessageSummary): boolean {
  return unsent.has(status) || heldBack !== null || ruling !== null || (status === 'queued' && attempts > 0);
}

/** Messages that a rule has ended have its reason. */
const reasonsOfRules: Record<string, string> = { quiet: 'quiet', capped: 'caps', holdout: 'holdout' };

/** What the rule says that keeps a message back or has ended it; what one said before is no trouble any more. */
export function rulingOn({ ruling, heldBack, reason }: MessageSummary): MessageSummary['ruling'] {
  return heldBack !== null || (reason !== null && reasonsOfRules[reason] === ruling?.rule) ? ruling : null;
}

/** “Why did she not get it?”: every check of a message as it was decided, also as text to copy. */
export function WhyMessage({ id }: { id: string }) {
  const t = useTranslations('messages.why');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="link" size="sm" className="px-0!" onClick={() => setOpen(true)}>
        {t('ask')}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t('title')} wide>
        {open ? <Answer id={id} /> : null}
      </Dialog>
    </>
  );
}

function Answer({ id }: { id: string }) {
  const t = useTranslations('messages.why');
  const why = useQuery({
    queryKey: ['message', id, 'explanation'],
    queryFn: ({ signal }) => call(api.messageExplanation, { params: { id }, signal }),
  });
  if (why.isError && !why.data)
    return <ErrorState error={why.error} title={t('failed')} onRetry={() => void why.refetch()} />;
  return why.data ? <Explained why={why.data} /> : <ListSkeleton rows={6} className="-mx-4" />;
}

function Explained({ why: { message, sentence, checks, text } }: { why: MessageExplanation }) {
  const t = useTranslations('messages.why');
  return (
    <div className="space-y-4">
      <div className="flex items-start gap-2 rounded-lg bg-canvas px-3 py-2.5">
        <div className="min-w-0 flex-1">
          <p className="text-xs text-muted">{`${message.profile.name} · ${message.nodeName} · ${message.journey.name}`}</p>
          <p className="font-medium break-words">{sentence}</p>
        </div>
        <CopyButton text={text} label={t('copy')} />
      </div>
      <ol className="divide-y divide-line">
        {checks.map((each) => (
          <CheckRow key={each.check} outcome={each} zone={message.profile.timeZone} />
        ))}
      </ol>
      <p className="text-xs text-muted">{t('hint')}</p>
    </div>
  );
}

function CheckRow({ outcome, zone }: { outcome: CheckOutcome; zone: string | null }) {
  const t = useTranslations('messages.why');
  const { check, result, says, at, allowedAt, counted } = outcome;
  const { icon: Icon, tone } = looks[result];
  const quiet = result === 'notReached' || result === 'notRecorded';
  return (
    <li className="flex gap-3 py-2">
      <Icon size={16} strokeWidth={2} aria-hidden className={cx('mt-0.5 shrink-0', tone)} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className={quiet ? 'text-muted' : 'font-medium'}>{t(`checks.${check}`)}</span>
          <span className={cx('text-xs', tone)}>
            {t(`results.${result}`)}
            {at ? (
              <>
                {' · '}
                <RelativeTime at={at} zone={zone} />
              </>
            ) : null}
          </span>
        </p>
        {says ? <p className="text-xs break-words text-muted">{says}</p> : null}
        {allowedAt ? (
          <p className="text-xs text-muted">
            {t.rich('allowedAt', { time: () => <RelativeTime at={allowedAt} zone={zone} /> })}
          </p>
        ) : null}
        {counted.length > 0 ? (
          <ul aria-label={t('counted')} className="mt-1 space-y-0.5 text-xs">
            {counted.map((each) => (
              <li key={each.id} className="flex flex-wrap gap-x-2">
                <Link className="text-accent hover:underline" href={`/outbox?message=${each.id}`}>
                  {each.title}
                </Link>
                <span className="text-muted">{each.journey}</span>
                <RelativeTime at={each.at} zone={zone} className="text-muted" />
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </li>
  );
}
