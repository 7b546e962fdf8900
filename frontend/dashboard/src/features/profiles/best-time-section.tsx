'use client';

import { channelOf } from '@wend/contract/plain';
import type { ProfileHabits } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Section } from '@/components/ui/card';
import { cx } from '@/lib/cx';

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
const percent = (share: number) => `${Math.round(share * 100)}%`;

/** At which hours, and on which channel, a person is likeliest to look; and how much of that is their own. */
export function BestTimeSection({ habits: { times, hours, bestChannel } }: { habits: ProfileHabits }) {
  const t = useTranslations('profiles.bestTime');
  const [all] = times;
  if (!all || all.hour === null)
    return (
      <Section title={t('title')}>
        <p className="p-4 text-muted">{t('nobody')}</p>
      </Section>
    );
  return (
    <Section title={t('title')}>
      <div className="p-4 pb-2">
        <HourBars hours={hours} best={all.hour} label={t('hours', { hour: clock(all.hour) })} />
      </div>
      <ul className="divide-y divide-line">
        {times.map((time) => (
          <li key={time.channel ?? ''} className="px-4 py-2">
            <p className="flex justify-between gap-2">
              <span className="truncate font-medium">
                {time.channel === null ? t('all') : channelOf(time.channel).label}
              </span>
              {time.hour === null ? null : (
                <span className="shrink-0 tabular-nums">{t('around', { hour: clock(time.hour) })}</span>
              )}
            </p>
            <Sureness {...time} />
          </li>
        ))}
        {bestChannel ? (
          <li className="px-4 py-2">
            <p className="font-medium">{t('channel', { channel: channelOf(bestChannel.channel).label })}</p>
            <p className="text-xs text-muted">
              {t('rate', { rate: percent(bestChannel.rate) })}{' '}
              {bestChannel.confidence === null ? t('alone') : t('sure', { chance: percent(bestChannel.confidence) })}
            </p>
          </li>
        ) : null}
      </ul>
    </Section>
  );
}

function Sureness({ confidence, helps, opens, clicks, visits }: ProfileHabits['times'][number]) {
  const t = useTranslations('profiles.bestTime');
  const counts = [
    opens > 0 ? t('opens', { count: opens }) : null,
    clicks > 0 ? t('clicks', { count: clicks }) : null,
    visits > 0 ? t('visits', { count: visits }) : null,
  ].filter((each) => each !== null);
  const learned = t('learned', { counts: counts.join(', ') });
  const whose = helps ? t('own', { share: percent(confidence) }) : t('unhelpful');
  return <p className="text-xs text-muted">{counts.length === 0 ? t('everybody') : `${learned} ${whose}`}</p>;
}

/** A bar per hour from midnight on, the likeliest one marked. */
function HourBars({ hours, best, label }: { hours: readonly number[]; best: number; label: string }) {
  const most = Math.max(...hours);
  return (
    <div>
      <div role="img" aria-label={label} className="flex h-12 items-end gap-px">
        {hours.map((share, hour) => (
          <span
            key={hour}
            className={cx('flex-1 rounded-t-xs', hour === best ? 'bg-accent' : 'bg-line-strong')}
            style={{ height: `${Math.max(4, (share / most) * 100)}%` }}
          />
        ))}
      </div>
      <div aria-hidden className="mt-1 grid grid-cols-4 text-2xs text-muted tabular-nums">
        {[0, 6, 12, 18].map((hour) => (
          <span key={hour}>{clock(hour)}</span>
        ))}
      </div>
    </div>
  );
}
