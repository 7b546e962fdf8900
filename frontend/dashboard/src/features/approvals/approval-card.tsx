'use client';

import { api } from '@wend/contract/plain';
import type { Approval } from '@wend/contract';
import { Stamp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import type { Tone } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';
import { AnswerForm } from './answer-form';

const tones: Record<Approval['state'], Tone> = {
  open: 'accent',
  answered: 'good',
  expired: 'warn',
  withdrawn: 'neutral',
};

/** One question: about whom, until when, who was asked, and the answer or the way to give it. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const t = useTranslations('approvals.card');
  const toast = useToast();
  const may = useMay(api.answerApproval.access);
  const open = approval.state === 'open';
  return (
    <li className="flex gap-3 px-4 py-3.5 max-sm:flex-col">
      <div
        className={cx(
          'grid size-8 shrink-0 place-items-center rounded-lg',
          open ? 'bg-decision-soft text-decision' : 'bg-line/70 text-muted',
        )}
      >
        <Stamp size={16} strokeWidth={1.75} aria-hidden />
      </div>
      <article className="min-w-0 flex-1" aria-label={approval.question}>
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h3 className="min-w-0 font-semibold break-words">{approval.question}</h3>
          {open ? null : <Badge tone={tones[approval.state]}>{t(`states.${approval.state}`)}</Badge>}
        </div>
        {approval.details === '' ? null : <p className="mt-1 break-words whitespace-pre-line">{approval.details}</p>}
        {approval.problem === null ? null : (
          <p className="mt-1 break-words text-warn">{t('problem', { problem: approval.problem })}</p>
        )}
        <Facts approval={approval} />
        <Answer approval={approval} />
        <Mails mails={approval.mails} />
        {open && may ? (
          <div className="mt-3 max-w-xl">
            <AnswerForm
              approval={approval}
              onAnswered={({ answer }) => toast.say(t('saved', { label: answer?.label ?? '' }))}
            />
          </div>
        ) : null}
      </article>
    </li>
  );
}

function Facts({ approval }: { approval: Approval }) {
  const t = useTranslations('approvals.card');
  const { person, journey, node, enrollmentId, askedAt, dueAt, closedAt, state } = approval;
  const link = 'font-medium text-ink underline-offset-2 hover:underline';
  return (
    <p className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
      <span className="min-w-0 break-words">
        {t.rich('about', {
          person: person.name,
          step: node.name,
          journey: journey.name,
          profile: (words) => (
            <Link href={`/profiles/${person.id}`} className={link}>
              {words}
            </Link>
          ),
          run: (words) => (
            <Link href={`/journeys/${journey.id}?layer=replay&run=${enrollmentId}`} className={link}>
              {words}
            </Link>
          ),
        })}
      </span>
      <span>
        {t('asked')} <RelativeTime at={askedAt} />
      </span>
      {state === 'open' && dueAt !== null ? (
        <span>
          {t('due')} <RelativeTime at={dueAt} />
        </span>
      ) : null}
      {state !== 'open' && state !== 'answered' && closedAt !== null ? (
        <span>
          {t('closed')} <RelativeTime at={closedAt} />
        </span>
      ) : null}
    </p>
  );
}

function Answer({ approval: { answer, closedAt } }: { approval: Approval }) {
  const t = useTranslations('approvals.card');
  if (!answer) return null;
  return (
    <div className="mt-2 border-l-2 border-good pl-3">
      <p className="break-words">
        {t.rich('answer', {
          label: answer.label,
          by: answer.by,
          via: t(`via.${answer.via}`),
          strong: (words) => <strong className="font-semibold">{words}</strong>,
        })}{' '}
        {closedAt === null ? null : (
          <span className="text-muted">
            <RelativeTime at={closedAt} />
          </span>
        )}
      </p>
      {answer.note === '' ? null : <p className="mt-0.5 break-words whitespace-pre-line text-muted">{answer.note}</p>}
    </div>
  );
}

function Mails({ mails }: Pick<Approval, 'mails'>) {
  const t = useTranslations('approvals.card');
  if (mails.length === 0) return null;
  const failed = mails.some(({ error }) => error !== null);
  return (
    <details className="mt-1.5 text-xs" open={failed || undefined}>
      <summary className="w-fit cursor-pointer text-muted hover:text-ink">
        {t('mails', { count: mails.filter(({ reminder }) => !reminder).length })}
      </summary>
      <ul className="mt-1 space-y-1">
        {mails.map((mail, index) => (
          <li key={index} className="flex flex-wrap gap-x-2">
            <span className="min-w-0 font-medium break-words">{mail.to === '' ? t('nobody') : mail.to}</span>
            {mail.reminder ? <span className="text-muted">{t('reminder')}</span> : null}
            {mail.escalation ? <span className="text-muted">{t('escalation')}</span> : null}
            <span className={mail.error !== null ? 'text-bad' : 'text-muted'}>
              {t(`mailStates.${mail.state}`)} {mail.state === 'dropped' ? null : <RelativeTime at={mail.at} />}
            </span>
            {mail.error === null ? null : <span className="basis-full break-words text-bad">{mail.error}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
