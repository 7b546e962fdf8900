'use client';

import { isBlotted, shownValue } from '@wend/contract/plain';
import type { BusinessEvent, Json, JsonObject } from '@wend/contract';
import { ChevronRight, RotateCw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import { BatchState } from '@/features/ways-in/batch-state';
import { cx } from '@/lib/cx';
import { stateOf, stateTones } from './event-state';
import { useRefresh } from './use-business-events';

type EventRowProps = {
  event: BusinessEvent;
  /** Sends one like it; null: not for this member. */
  onAgain: ((sample: { name: string; properties: JsonObject }) => void) | null;
};

/** One event: what it said, how many people it let into each journey, and what can be done about that. */
export function EventRow({ event, onAgain }: EventRowProps) {
  const t = useTranslations('business-events.row');
  const [open, setOpen] = useState(false);
  const state = stateOf(event);
  const properties = shownValue(event.properties) as JsonObject;
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex max-w-full items-center gap-1 text-left font-semibold"
          >
            <span className="truncate">{event.name}</span>
            <ChevronRight
              size={14}
              aria-hidden
              className={cx('shrink-0 text-muted transition-transform', open && 'rotate-90')}
            />
          </button>
          <p className="truncate text-xs text-muted">{lineOf(properties) || t('noProperties')}</p>
        </div>
        <Badge tone={stateTones[state]} dot={state === 'running'}>
          {t(`state.${state}`)}
        </Badge>
        <RelativeTime at={event.receivedAt} className="w-24 text-right text-xs leading-5 text-muted" />
      </div>
      {event.entries.length === 0 ? <p className="mt-1.5 text-xs text-muted">{t('unheard')}</p> : null}
      <ul className="mt-1.5 space-y-2">
        {event.entries.map((entry) => (
          <EntryLine key={`${entry.journeyId} ${entry.entry}`} entry={entry} />
        ))}
      </ul>
      {open ? (
        <div className="mt-3 space-y-3">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-xs">
            <dt className="text-muted">{t('key')}</dt>
            <dd className="font-mono break-all">{event.messageId}</dd>
            <dt className="text-muted">{t('happened')}</dt>
            <dd>
              <RelativeTime at={event.time} />
            </dd>
            <dt className="text-muted">{t('sentBy')}</dt>
            <dd className="break-all">{senderWords(t('apiKey'), event.sentBy)}</dd>
          </dl>
          <CodeBlock label={t('properties', { name: event.name })} code={JSON.stringify(properties, null, 2)} wrap />
          {onAgain ? (
            <Button
              size="sm"
              icon={<RotateCw size={13} strokeWidth={1.75} aria-hidden />}
              onClick={() => onAgain({ name: event.name, properties: sendable(properties) })}
            >
              {t('again')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function EntryLine({ entry }: { entry: BusinessEvent['entries'][number] }) {
  const t = useTranslations('business-events.row');
  const refresh = useRefresh();
  const journey = (
    <Link
      href={`/journeys/${entry.journeyId}?layer=live`}
      className="font-medium break-words text-ink underline-offset-2 hover:underline"
    >
      {entry.journeyName}
    </Link>
  );
  return (
    <li className="rounded-md border border-line bg-raised px-3 py-2">
      {entry.batch ? (
        <BatchState batch={entry.batch} about={journey} onStopped={refresh} />
      ) : (
        <p className="text-xs text-muted">
          {entry.batchId === null ? journey : <span className="font-medium">{entry.journeyName}</span>} ·{' '}
          {entry.batchId === null ? (entry.message ?? t('state.nobody')) : t('gone')}
        </p>
      )}
    </li>
  );
}

/** How many properties fit into a line. */
const most = 4;

function lineOf(properties: JsonObject): string {
  const entries = Object.entries(properties);
  const line = entries
    .slice(0, most)
    .map(([name, value]) => `${name}: ${short(value)}`)
    .join(' · ');
  return entries.length > most ? `${line} · …` : line;
}

function short(value: Json): string {
  if (value !== null && typeof value === 'object') return Array.isArray(value) ? '[…]' : '{…}';
  return String(value);
}

/** What is not shown is not known here, and must not be sent in its place. */
function sendable(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !isBlotted(value)));
}

function senderWords(apiKey: string, sentBy: string | null): string {
  return sentBy === null ? '–' : sentBy.startsWith('key:') ? apiKey : sentBy;
}
