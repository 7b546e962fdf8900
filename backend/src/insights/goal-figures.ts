import type { LiveFigures } from '@wend/contract';
import type { GoalTotals } from '../goals/index.js';

type GoalFigures = LiveFigures['goals'][number];

/** What reached each goal, the control group apart. Pure. */
export function goalFigures(
  { goals, totals, touches }: GoalTotals,
  { control: hasControl }: { control: boolean },
): GoalFigures[] {
  return goals.map((goal) => {
    const ofGoal = totals.filter((each) => each.goal === goal.id);
    const touched = touches.filter((each) => each.goal === goal.id);
    return {
      ...goal,
      ...sumOf(ofGoal.filter(({ control }) => !control)),
      control: hasControl ? sumOf(ofGoal.filter(({ control }) => control)) : null,
      touches: touched.flatMap(({ node, first, last }) => (node === '' ? [] : [{ node, first, last }])),
      untouched: touched.find(({ node }) => node === '')?.last ?? 0,
    };
  });
}

function sumOf(rows: GoalTotals['totals']): NonNullable<GoalFigures['control']> {
  return {
    runs: rows.reduce((sum, { runs }) => sum + runs, 0),
    conversions: rows.reduce((sum, { hits }) => sum + hits, 0),
    values: rows.flatMap(({ currency, value }) => (value === 0 ? [] : [{ currency, value }])),
  };
}
