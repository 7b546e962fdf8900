'use client';

import type { EnrollmentDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { formatMoney } from '@/lib/format-money';
import { PanelPart } from '../live/live-parts';
import { formatTime, hoverTime } from '../runs/format';

type GoalHitsProps = { detail: EnrollmentDetail; their: string | null };

/** What reached goals of the run, also after it had ended, and which messages came before. */
export function GoalHits({ detail, their }: GoalHitsProps) {
  const t = useTranslations('editor-replay.goalHits');
  const time = useTranslations('common.time');
  const { goalHits, graph, endedAt } = detail;
  if (goalHits.length === 0) return null;
  const nameOf = (node: string) => graph.nodes[node]?.name ?? node;
  return (
    <PanelPart title={t('goals')}>
      <ul className="space-y-2">
        {goalHits.map((hit) => (
          <li key={`${hit.id} ${hit.eventId}`} className="text-xs text-muted tabular-nums">
            <p>
              <span className="text-sm font-medium text-ink">{hit.name}</span>
              {hit.value === null ? null : (
                <span className="ml-2 text-ink">{formatMoney(hit.value, hit.currency)}</span>
              )}
            </p>
            <p title={hoverTime(time, { at: hit.at, their })}>
              {t('reached', { event: hit.event, at: formatTime(hit.at, { style: 'date-seconds' }) })}
              {endedAt !== null && hit.at > endedAt ? ` · ${t('afterTheEnd')}` : ''}
            </p>
            <p>
              {hit.firstTouch && hit.lastTouch
                ? hit.firstTouch.messageId === hit.lastTouch.messageId
                  ? t('after', { step: nameOf(hit.lastTouch.node) })
                  : t('between', { first: nameOf(hit.firstTouch.node), last: nameOf(hit.lastTouch.node) })
                : t('noMessage')}
            </p>
          </li>
        ))}
      </ul>
    </PanelPart>
  );
}
