'use client';

import type { ProfileEvent } from '@wend/contract';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import { cx } from '@/lib/cx';
import { dayWords } from '@/lib/time';
import { aboutLine, eventTitle, propertiesLine } from './properties-line';

/** Events under the day they happened on, newest first as they come; each opens to its properties. */
export function EventTimeline({ events, zone }: { events: readonly ProfileEvent[]; zone: string | null }) {
  const time = useTranslations('common.time');
  return (
    <ol>
      {events.map((event, index) => {
        const day = dayWords(time, { at: event.time });
        const before = events[index - 1];
        return (
          <li key={event.id}>
            {!before || dayWords(time, { at: before.time }) !== day ? (
              <h3 className="border-b border-line bg-bg px-4 py-1.5 text-xs font-medium text-muted first:rounded-t-lg">
                {day}
              </h3>
            ) : null}
            <TimelineEvent event={event} zone={zone} last={index === events.length - 1} />
          </li>
        );
      })}
    </ol>
  );
}

function TimelineEvent({ event, zone, last }: { event: ProfileEvent; zone: string | null; last: boolean }) {
  const t = useTranslations('profiles.eventTimeline');
  const line = useTranslations('profiles.propertiesLine');
  const reasons = useTranslations('messages.reasons');
  const [open, setOpen] = useState(false);
  const has = Object.keys(event.properties).length > 0;
  return (
    <div className={cx('relative', !last && 'border-b border-line')}>
      <div className="flex min-h-11 items-center gap-3 px-4 py-2 hover:bg-bg">
        <span aria-hidden className={cx('size-2 shrink-0 rounded-full', event.about ? 'bg-message' : 'bg-entry')} />
        <div className="min-w-0 flex-1">
          {has ? (
            <button
              type="button"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
              className="flex max-w-full items-center gap-1 text-left font-semibold after:absolute after:inset-x-0 after:top-0 after:h-11"
            >
              <span className="truncate" title={event.name}>
                {eventTitle(line, event)}
              </span>
              <ChevronRight
                size={14}
                aria-hidden
                className={cx('shrink-0 text-muted transition-transform', open && 'rotate-90')}
              />
            </button>
          ) : (
            <p className="truncate font-semibold">{event.name}</p>
          )}
          {has && !open ? (
            <p className="truncate text-xs text-muted">
              {aboutLine(reasons, event) ?? propertiesLine(line, event.properties)}
            </p>
          ) : null}
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
    </div>
  );
}
