'use client';

import type { TimelineItem } from '@wend/contract';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import { cx } from '@/lib/cx';
import { dayWords, exactTime } from '@/lib/time';
import { aboutLine, eventTitle, propertiesLine } from './properties-line';

type EventItem = Extract<TimelineItem, { type: 'event' }>;
type RunItem = Exclude<TimelineItem, { type: 'event' }>;

const dots: Record<TimelineItem['kind'], string> = {
  activity: 'bg-entry',
  profile: 'bg-action',
  messages: 'bg-message',
  journeys: 'bg-decision',
  segments: 'bg-timing',
  consent: 'bg-exit',
};

/** What happened under the day it happened on, newest first as it comes; each event opens to its properties. */
export function EventTimeline({ items, zone }: { items: readonly TimelineItem[]; zone: string | null }) {
  const time = useTranslations('common.time');
  return (
    <ol>
      {items.map((item, index) => {
        const day = dayWords(time, { at: item.time });
        const before = items[index - 1];
        return (
          <li key={`${item.type} ${item.id}`}>
            {!before || dayWords(time, { at: before.time }) !== day ? (
              <h3 className="border-b border-line bg-bg px-4 py-1.5 text-xs font-medium text-muted first:rounded-t-lg">
                {day}
              </h3>
            ) : null}
            <div className={cx('relative', index < items.length - 1 && 'border-b border-line')}>
              {item.type === 'event' ? (
                <TimelineEvent event={item} zone={zone} />
              ) : (
                <TimelineRun item={item} zone={zone} />
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function TimelineRun({ item: { id, type, time, run }, zone }: { item: RunItem; zone: string | null }) {
  const t = useTranslations('profiles.eventTimeline');
  return (
    <div className="flex min-h-11 items-center gap-3 px-4 py-2 hover:bg-bg">
      <span aria-hidden className={cx('size-2 shrink-0 rounded-full', dots.journeys)} />
      <div className="min-w-0 flex-1">
        <Link
          href={`/journeys/${run.journeyId}?layer=replay&run=${id}`}
          className="block truncate font-semibold after:absolute after:inset-0"
        >
          {t(type === 'ended' ? 'ended' : 'entered', { journey: run.journey })}
        </Link>
        <p className="truncate text-xs text-muted">
          {type === 'ended'
            ? [t(`statuses.${run.status}`), run.reason].filter(Boolean).join(' · ')
            : t('version', { version: run.version })}
        </p>
      </div>
      <RelativeTime at={time} zone={zone} className="relative z-10 shrink-0 text-xs text-muted" />
    </div>
  );
}

function TimelineEvent({ event, zone }: { event: EventItem; zone: string | null }) {
  const t = useTranslations('profiles.eventTimeline');
  const line = useTranslations('profiles.propertiesLine');
  const reasons = useTranslations('messages.reasons');
  const [open, setOpen] = useState(false);
  const has = Object.keys(event.properties).length > 0;
  const title = titleOf(event);
  return (
    <>
      <div className="flex min-h-11 items-center gap-3 px-4 py-2 hover:bg-bg">
        <span aria-hidden className={cx('size-2 shrink-0 rounded-full', dots[event.kind])} />
        <div className="min-w-0 flex-1">
          {has ? (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="flex max-w-full items-center gap-1 text-left font-semibold after:absolute after:inset-x-0 after:top-0 after:h-11"
            >
              <span className="truncate" title={event.name}>
                {title}
              </span>
              <ChevronRight
                size={14}
                aria-hidden
                className={cx('shrink-0 text-muted transition-transform', open && 'rotate-90')}
              />
            </button>
          ) : (
            <p className="truncate font-semibold">{title}</p>
          )}
          {has && !open && (event.about || Object.keys(shownProperties(event)).length > 0) ? (
            <p className="truncate text-xs text-muted">
              {aboutLine(reasons, event) ?? propertiesLine(line, shownProperties(event))}
            </p>
          ) : null}
          {event.late.map(({ name, knownAt }) => (
            <p key={name} className="text-xs text-warn">
              {t('late', { name, value: short(event.properties[name]), time: exactTime(knownAt) })}
            </p>
          ))}
        </div>
        <RelativeTime at={event.time} zone={zone} className="relative z-10 shrink-0 text-xs text-muted" />
      </div>
      {open ? (
        <CodeBlock
          className="mx-4 mb-3"
          label={t('properties', { name: event.name })}
          code={JSON.stringify(event.properties, null, 2)}
        />
      ) : null}
    </>
  );

  function titleOf({ by, name, properties, kind }: EventItem): string {
    const own = eventTitle(line, event);
    if (by !== null) return t('by', { name: own, by: by.startsWith('key:') ? t('aKey') : by });
    const segment = properties['segmentName'];
    return kind === 'segments' && typeof segment === 'string' ? t('ofSegment', { name, segment }) : own;
  }
}

/** Without what the title says already, and without the id behind a name. */
function shownProperties({ kind, properties }: EventItem): EventItem['properties'] {
  if (kind !== 'segments') return properties;
  const { segmentId: _id, segmentName: _name, ...rest } = properties;
  return rest;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
