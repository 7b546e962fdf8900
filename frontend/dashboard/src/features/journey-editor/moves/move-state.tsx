'use client';

import { api, rolesWith } from '@wend/contract/plain';
import type { JourneyMove } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { FormError } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { useMay } from '@/lib/session';
import { exactTime } from '@/lib/time';
import { editorWords } from '../compare/editor-words';
import { useEditor } from '../store/editor-context';
import { isUnderWay, progressOf, useMoveAction } from './use-moves';

/** How far a move of people is, who was left and why, and what can be done about it. */
export function MoveState({ journeyId, move }: { journeyId: string; move: JourneyMove }) {
  const t = useTranslations('editor-publish.moves');
  const roles = useTranslations('common.roles');
  const status = useEditor((state) => state.status);
  const may = useMay(api.stopMove.access);
  const action = useMoveAction(journeyId);
  const [asking, setAsking] = useState(false);
  const { done, of } = progressOf(move);
  const { people, state, takeBackUntil } = move;
  const underWay = isUnderWay(move);
  const versions = { to: move.to, from: move.from.map(String).join(', '), versions: move.from.length };
  return (
    <div data-testid={`move-${state}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <p className="min-w-0 flex-1 basis-60 font-medium" aria-live="polite">
          {t(`title.${state}`, { ...versions, people: state === 'taken-back' ? people.back : people.moved })}
          {underWay ? <span className="ml-2 text-muted tabular-nums">{t('progress', { done, of })}</span> : null}
        </p>
        {may && underWay ? (
          <Button size="sm" busy={action.isPending} onClick={() => action.mutate({ move: move.id, action: 'stop' })}>
            {t('stop')}
          </Button>
        ) : null}
        {may && takeBackUntil !== null ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            {t('takeBack')}
          </Button>
        ) : null}
      </div>
      {underWay ? (
        <div
          role="progressbar"
          aria-label={t('progressLabel')}
          aria-valuemin={0}
          aria-valuemax={of}
          aria-valuenow={done}
          className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-line"
        >
          <div
            className="h-full rounded-full bg-accent transition-[width]"
            style={{ width: `${(done / Math.max(of, 1)) * 100}%` }}
          />
        </div>
      ) : null}
      <div className="mt-1 space-y-1 text-xs text-muted">
        <p>
          <RelativeTime at={move.createdAt} />
          {move.createdBy ? ` · ${editorWords(move.createdBy, t('apiKey'))}` : ''}
          {takeBackUntil === null ? '' : ` · ${t('until', { at: exactTime(takeBackUntil) })}`}
        </p>
        {underWay && status === 'paused' ? <p className="text-warn">{t('paused')}</p> : null}
        {state === 'stopped' ? <p>{t('stopped', { people: Math.max(0, people.waiting + people.told) })}</p> : null}
        {state === 'taken-back' && people.wentOn > 0 ? <p>{t('wentOn', { people: people.wentOn })}</p> : null}
        {move.unmoved.map((each) => (
          <p key={each.reason} className={each.reason === 'elsewhere' ? undefined : 'text-warn'}>
            {t(`unmoved.${each.reason}`, { people: each.people })}{' '}
            {each.runs.map((run, index) => (
              <Link
                key={run}
                className="mr-1.5 text-accent hover:underline"
                href={`/journeys/${journeyId}?layer=replay&run=${run}`}
              >
                {t('run', { number: index + 1 })}
              </Link>
            ))}
          </p>
        ))}
        {!may && (underWay || takeBackUntil !== null) ? (
          <p>
            {t('mayNot', {
              roles: rolesWith('journeys.publish')
                .map((role) => roles(role).toLowerCase())
                .join(', '),
            })}
          </p>
        ) : null}
        <FormError error={asking ? null : action.error} />
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('takeBackTitle', versions)}
        action={t('takeBack')}
        busy={action.isPending}
        error={action.error}
        onConfirm={() => action.mutate({ move: move.id, action: 'take-back' }, { onSuccess: () => setAsking(false) })}
      >
        {t('takeBackDetail', { people: people.moved })}
      </ConfirmDialog>
    </div>
  );
}
