'use client';

import type { Graph, LiveFigures } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { formatMoney } from '@/lib/format-money';
import { formatCount, formatShare } from '../runs/format';
import { PanelPart } from './live-parts';

type GoalFigures = LiveFigures['goals'][number];
/** So many steps are named of those that led to a goal. */
const mostSteps = 3;

/** Who reached the goals of the journey, what that was worth, and which messages came before. */
export function LiveGoals({ live, graph }: { live: LiveFigures; graph: Graph }) {
  const t = useTranslations('editor-live.liveGoals');
  if (live.goals.length === 0) return null;
  return (
    <PanelPart title={t('goals')}>
      <ul className="space-y-2">
        {live.goals.map((goal) => (
          <li key={goal.id} className="rounded-lg border border-line bg-raised px-3 py-2">
            <Reached name={goal.name} figures={goal} entered={live.entered} />
            {goal.control ? (
              <p className="mt-1 text-xs text-muted tabular-nums">
                {t('control', {
                  share: shareOf(goal.control.runs, live.control?.entered ?? 0),
                  count: goal.control.runs,
                  shown: formatCount(goal.control.runs),
                })}
              </p>
            ) : null}
            <Steps goal={goal} graph={graph} />
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs text-muted">{t('hint')}</p>
    </PanelPart>
  );
}

function Reached({
  name,
  figures: { runs, conversions, values },
  entered,
}: {
  name: string;
  figures: Pick<GoalFigures, 'runs' | 'conversions' | 'values'>;
  entered: number;
}) {
  const t = useTranslations('editor-live.liveGoals');
  return (
    <>
      <div className="flex items-baseline justify-between gap-2">
        <span className="min-w-0 truncate font-medium">{name}</span>
        <span className="text-lg font-semibold tabular-nums">{shareOf(runs, entered)}</span>
      </div>
      <p className="text-xs text-muted tabular-nums">
        {[
          t('runs', { count: runs, shown: formatCount(runs) }),
          ...(conversions > runs ? [t('conversions', { count: conversions, shown: formatCount(conversions) })] : []),
          ...values.map(({ currency, value }) => formatMoney(value, currency)),
        ].join(' · ')}
      </p>
    </>
  );
}

/** The steps whose messages came first and last before most of the conversions. */
function Steps({ goal, graph }: { goal: GoalFigures; graph: Graph }) {
  const t = useTranslations('editor-live.liveGoals');
  const steps = [...goal.touches].sort((a, b) => b.last - a.last || b.first - a.first).slice(0, mostSteps);
  if (steps.length === 0) return null;
  return (
    <table className="mt-2 w-full text-xs tabular-nums">
      <thead className="text-muted">
        <tr>
          <th scope="col" className="text-left font-normal">
            {t('message')}
          </th>
          <th scope="col" className="text-right font-normal">
            {t('first')}
          </th>
          <th scope="col" className="text-right font-normal">
            {t('last')}
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ node, first, last }) => (
          <tr key={node}>
            <td className="max-w-0 truncate">{graph.nodes[node]?.name ?? t('removedStep')}</td>
            <td className="w-14 text-right">{formatCount(first)}</td>
            <td className="w-14 text-right">{formatCount(last)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function shareOf(count: number, all: number): string {
  return all === 0 ? '–' : formatShare(count / all);
}
