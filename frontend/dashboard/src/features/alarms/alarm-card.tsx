'use client';

import { api } from '@wend/contract/plain';
import type { Alarm, AlarmTelling } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { cx } from '@/lib/cx';
import { useMay } from '@/lib/session';
import { KindIcon } from './kind-icon';
import { MuteMenu } from './mute-menu';
import { useMuteAlarm } from './use-alarms';

/** One alarm: what is wrong, what to do, what the breaker did, and who was told. */
export function AlarmCard({ alarm }: { alarm: Alarm }) {
  const t = useTranslations('alarms.card');
  const kinds = useTranslations('alarms.kinds');
  const toast = useToast();
  const mute = useMuteAlarm();
  const may = useMay(api.muteAlarm.access);
  const open = alarm.clearedAt === null;
  const { about, name } = alarm.subject;
  const what = about === 'workspace' ? t('workspace') : name;
  return (
    <li className="flex gap-3 px-4 py-3.5 max-sm:flex-col">
      <div
        className={cx(
          'grid size-8 shrink-0 place-items-center rounded-lg',
          open && !alarm.muted ? 'bg-bad-soft text-bad' : 'bg-line/70 text-muted',
        )}
      >
        <KindIcon kind={alarm.kind} />
      </div>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h3 className="font-semibold">{kinds(`${alarm.kind}.title`)}</h3>
          <span className="min-w-0 truncate text-muted">{t(`about.${about}`, { name })}</span>
          {alarm.muted ? <Badge>{t('muted')}</Badge> : null}
          {alarm.breaker?.at != null && alarm.breaker.resumedAt === null && open ? (
            <Badge tone="warn">{t('stopped')}</Badge>
          ) : null}
        </div>
        <p className="mt-1 break-words">{alarm.summary}</p>
        {alarm.breaker ? (
          <p className={cx('mt-1 break-words', alarm.breaker.resumedAt === null ? 'text-warn' : 'text-muted')}>
            {alarm.breaker.note}
          </p>
        ) : null}
        {open ? <p className="mt-1 break-words text-muted">{alarm.advice}</p> : null}
        <p className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
          <span>
            {t('raised')} <RelativeTime at={alarm.raisedAt} />
          </span>
          {alarm.clearedAt === null ? null : (
            <span>
              {t('cleared')} <RelativeTime at={alarm.clearedAt} />
            </span>
          )}
          {alarm.breaker?.resumedAt == null ? null : (
            <span>
              {t('resumed')} <RelativeTime at={alarm.breaker.resumedAt} />
            </span>
          )}
          {alarm.muted ? (
            <span>
              {t('mutedBy', { by: alarm.muted.by })} <RelativeTime at={alarm.muted.until} />
            </span>
          ) : null}
        </p>
        <Tellings tellings={alarm.tellings} />
      </div>
      <div className="flex shrink-0 items-start gap-2">
        <Button size="sm" asChild>
          <Link href={alarm.path} aria-label={t('lookAt', { what })}>
            {t('look')}
          </Link>
        </Button>
        {open && may ? (
          <MuteMenu
            muted={alarm.muted !== null}
            what={what}
            busy={mute.isPending}
            onMute={(hours) =>
              mute.mutate({ id: alarm.id, hours }, { onError: (error) => toast.fail(t('muteFailed'), error) })
            }
          />
        ) : null}
      </div>
    </li>
  );
}

function Tellings({ tellings }: { tellings: readonly AlarmTelling[] }) {
  const t = useTranslations('alarms.card');
  if (tellings.length === 0) return null;
  return (
    <details className="mt-1.5 text-xs">
      <summary className="w-fit cursor-pointer text-muted hover:text-ink">
        {t('told', { count: tellings.length })}
      </summary>
      <ul className="mt-1 space-y-1">
        {tellings.map((telling, index) => (
          <li key={index} className="flex flex-wrap gap-x-2">
            <span className="font-medium">{telling.target}</span>
            <span className="text-muted">{t(`news.${telling.what}`)}</span>
            <span className={telling.state === 'dropped' ? 'text-bad' : 'text-muted'}>
              {t(`states.${telling.state}`)} <RelativeTime at={telling.at} />
            </span>
            {telling.error === null ? null : <span className="basis-full break-words text-bad">{telling.error}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
