'use client';

import type { IngestItem } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { Dialog } from '@/components/ui/dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { nameWords, outcomeTones } from './item-table';
import { useLag } from './use-lag';

/** One item as it was received, and what became of it. */
export function ItemDialog({ item, onClose }: { item: IngestItem; onClose: () => void }) {
  const t = useTranslations('events.item');
  const live = useTranslations('events.live');
  const lag = useLag();
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => !open && onClose()}
      title={
        <span className="flex flex-wrap items-center gap-2">
          {nameWords(live, item)}
          <Badge tone={outcomeTones[item.outcome]}>{live(item.outcome)}</Badge>
        </span>
      }
    >
      {item.reason ? (
        <p className="mb-4 rounded-md bg-bad-soft px-3 py-2 text-bad" role="status">
          {item.reason}
        </p>
      ) : null}
      <dl className="mb-4 grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">
        {item.path ? <Fact name={t('field')}>{item.path}</Fact> : null}
        <Fact name={t('received')}>
          <RelativeTime at={item.receivedAt} />
        </Fact>
        {item.lagMs === null ? null : (
          <Fact name={t('lag')} title={t('lagDetail')}>
            {lag(item.lagMs)}
          </Fact>
        )}
        <Fact name={t('person')}>{item.userId ?? item.anonymousId ?? live('nobody')}</Fact>
        {item.messageId ? <Fact name={t('messageId')}>{item.messageId}</Fact> : null}
        <Fact name={t('route')}>{t('answer', { route: item.route, status: item.status })}</Fact>
        {item.key ? <Fact name={t('key')}>{item.key.name}</Fact> : null}
        {item.library ? <Fact name={t('library')}>{item.library}</Fact> : null}
      </dl>
      <h3 className="mb-1.5 flex items-center gap-2 text-xs font-medium text-muted">
        {t('raw')}
        {item.truncated ? <Badge>{t('truncated')}</Badge> : null}
      </h3>
      {item.raw === null ? (
        <p className="text-muted">{t('noRaw')}</p>
      ) : (
        <pre
          tabIndex={0}
          aria-label={t('raw')}
          className="max-h-80 overflow-auto rounded-md border border-line bg-bg p-3 font-mono text-xs break-words whitespace-pre-wrap"
        >
          {indented(item.raw)}
        </pre>
      )}
    </Dialog>
  );
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted" title={title}>
        {name}
      </dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

/** What is no whole JSON is shown as it came. */
function indented(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
