'use client';

import type { ProfileEvent } from '@wend/contract';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import { cx } from '@/lib/cx';
import { dayWords } from '@/lib/time';
import { propertiesLine } from './properties-line';

/** Events under the day they happened on, newest first; each opens to its properties. */
export function EventTimeline({ events }: { events: readonly ProfileEvent[] }) {
  const sorted = [...events].sort((a, b) => (a.time < b.time ? 1 : -1));
  return (
    <ol>
      {sorted.map((event, index) => {
        const day = dayWords({ at: event.time });
        const before = sorted[index - 1];
        return (
          <li key={event.id}>
            {!before || dayWords({ at: before.time }) !== day ? <h3 className="border-b border-line bg-bg px-4 py-1.5 text-xs font-medium text-muted first:rounded-t-lg">{day}</h3> : null}
            <TimelineEvent event={event} last={index === sorted.length - 1} />
          </li>
        );
      })}
    </ol>
  );
}

function TimelineEvent({ event, last }: { event: ProfileEvent; last: boolean }) {
  const [open, setOpen] = useState(false);
  const has = Object.keys(event.properties).length > 0;
  return (
    <div className={cx('relative', !last && 'border-b border-line')}>
      <div className="flex min-h-11 items-center gap-3 px-4 py-2 hover:bg-bg">
        <span aria-hidden className={cx('size-2 shrink-0 rounded-full', event.name.startsWith('Message ') ? 'bg-message' : 'bg-entry')} />
        <div className="min-w-0 flex-1">
          {has ? (
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex max-w-full items-center gap-1 text-left font-semibold after:absolute after:inset-x-0 after:top-0 after:h-11">
              <span className="truncate">{event.name}</span>
              <ChevronRight size={14} aria-hidden className={cx('shrink-0 text-muted transition-transform', open && 'rotate-90')} />
            </button>
          ) : <p className="truncate font-semibold">{event.name}</p>}
          {has && !open ? <p className="truncate text-xs text-muted">{propertiesLine(event.properties)}</p> : null}
        </div>
        <RelativeTime at={event.time} className="relative z-10 shrink-0 text-xs text-muted" />
      </div>
      {open ? <CodeBlock className="mx-4 mb-3" label={`Properties of ${event.name}`} code={JSON.stringify(event.properties, null, 2)} /> : null}
    </div>
  );
}
