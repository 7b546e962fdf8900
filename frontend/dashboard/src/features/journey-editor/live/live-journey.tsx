'use client';

import type { Graph, LiveFigures } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { ListSkeleton } from '@/components/ui/states';
import { reasonLabel, ruleLabel } from '@/features/messages/reasons';
import { useFewRuns } from '../runs/run-queries';
import { RunRow } from '../runs/run-row';
import { everyRun, openRuns } from '../runs/run-url';
import type { RunStatus } from '../runs/run-url';
import { formatCount } from '../runs/format';
import { ruleTotals } from './live-figures';
import { LiveGoals } from './live-goals';
import { Figure, PanelPart } from './live-parts';

/** The journey as a whole: how many came, are inside, got through; and who came last. */
export function LiveJourney({ journeyId, live, graph }: { journeyId: string; live: LiveFigures; graph: Graph }) {
  const t = useTranslations('editor-live.liveJourney');
  const version = live.allVersions ? null : live.version;
  const recent = useFewRuns({ journeyId, node: null, status: null, version, limit: 6 });
  const door = (status: RunStatus | null, count: number) =>
    count > 0 ? () => openRuns({ ...everyRun, status, version }) : undefined;
  return (
    <div className="flex flex-col gap-4 px-5 py-4">
      <PanelPart title={t('now')}>
        <div className="grid grid-cols-2 gap-2">
          <Figure value={formatCount(live.entered)} label={t('entered')} onOpen={door(null, live.entered)} />
          <Figure value={formatCount(live.active)} label={t('active')} onOpen={door('running', live.active)} />
          <Figure
            value={formatCount(live.completed)}
            label={t('completed')}
            onOpen={door('completed', live.completed)}
          />
          <Figure value={formatCount(live.exited)} label={t('leftEarly')} onOpen={door('exited', live.exited)} />
          {live.cancelled > 0 ? (
            <Figure
              value={formatCount(live.cancelled)}
              label={t('cancelled')}
              onOpen={door('cancelled', live.cancelled)}
            />
          ) : null}
          {live.failed > 0 ? (
            <Figure
              value={formatCount(live.failed)}
              label={t('failed')}
              tone="bad"
              onOpen={door('failed', live.failed)}
            />
          ) : null}
        </div>
        <p className="mt-2 text-xs text-muted">{t('hint')}</p>
      </PanelPart>
      <LiveGoals live={live} graph={graph} />
      <Rules journeyId={journeyId} live={live} />
      {live.control ? (
        <PanelPart title={t('control')}>
          <div className="grid grid-cols-2 gap-2">
            <Figure value={formatCount(live.control.entered)} label={t('controlEntered')} />
            <Figure value={formatCount(live.control.active)} label={t('controlActive')} />
            <Figure value={formatCount(live.control.completed)} label={t('controlCompleted')} />
            <Figure value={formatCount(live.control.exited)} label={t('controlLeft')} />
          </div>
          <p className="mt-2 text-xs text-muted">{t('controlHint')}</p>
        </PanelPart>
      ) : null}
      <PanelPart
        title={t('latest')}
        action={
          <Button variant="link" onClick={() => openRuns({ ...everyRun, version })}>
            {t('allRuns')}
          </Button>
        }
      >
        {recent.data ? (
          <ul>
            {recent.data.items.map((run) => (
              <RunRow
                key={run.id}
                run={run}
                nodeName={run.node === null ? null : (graph.nodes[run.node]?.name ?? null)}
              />
            ))}
          </ul>
        ) : recent.isError ? (
          <p className="text-bad">{t('runsFailed')}</p>
        ) : (
          <ListSkeleton rows={3} className="-mx-4" />
        )}
      </PanelPart>
    </div>
  );
}

/** What rules did to the journey's messages, over all of its steps. */
function Rules({ journeyId, live }: { journeyId: string; live: LiveFigures }) {
  const t = useTranslations('editor-live.liveJourney');
  const rules = useTranslations('messages.rules');
  const reasons = useTranslations('messages.reasons');
  const { held, suppressed } = ruleTotals(live);
  const rows = [
    ...held.map(([rule, count]) => ({
      label: t('held', { rule: ruleLabel(rules, rule).toLowerCase() }),
      count,
      href: `/delivery/backlog?journey=${journeyId}&rule=${rule}`,
    })),
    ...suppressed.map(([reason, count]) => ({
      label: t('notSent', { reason: reasonLabel(reasons, reason).toLowerCase() }),
      count,
      href: `/outbox?journey=${journeyId}&status=suppressed&reason=${reason}`,
    })),
  ];
  if (rows.length === 0) return null;
  return (
    <PanelPart title={t('rules')}>
      <ul className="space-y-1 tabular-nums">
        {rows.map(({ label, count, href }) => (
          <li key={href} className="flex justify-between gap-3">
            <Link href={href} className="min-w-0 truncate text-accent hover:underline">
              {label}
            </Link>
            <span>{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </PanelPart>
  );
}
