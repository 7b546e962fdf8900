'use client';

import type { Graph, LiveFigures } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { ListSkeleton } from '@/components/ui/states';
import { useFewRuns } from '../runs/run-queries';
import { RunRow } from '../runs/run-row';
import { everyRun, openRuns } from '../runs/run-url';
import type { RunStatus } from '../runs/run-url';
import { formatCount } from '../runs/format';
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
