'use client';

import type { CheckOutcome, CheckResult, MessageExplanation } from '@wend/contract';
import { Check, CircleDashed, CircleHelp, CirclePause, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { CopyButton } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import { cx } from '@/lib/cx';
import { exactTimes, shortTime } from '@/lib/time';

const looks: Record<CheckResult, { icon: typeof Check; tone: string }> = {
  passed: { icon: Check, tone: 'text-good' },
  stopped: { icon: X, tone: 'text-bad' },
  held: { icon: CirclePause, tone: 'text-warn' },
  notReached: { icon: CircleDashed, tone: 'text-muted' },
  notRecorded: { icon: CircleHelp, tone: 'text-muted' },
};
/** Every check of a message as it was decided, with the answer above them. */
export function Explained({ why: { message, sentence, checks, text } }: { why: MessageExplanation }) {
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
  const time = useTranslations('common.time');
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
            {t.rich(result === 'held' ? 'mayGoAt' : 'allowedAt', {
              time: () => (
                <time dateTime={allowedAt} title={exactTimes(time, { at: allowedAt, zone })} suppressHydrationWarning>
                  {shortTime({ at: allowedAt })}
                </time>
              ),
            })}
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
