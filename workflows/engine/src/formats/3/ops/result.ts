import type { Op } from '../op.js';
import { reasoned } from '../reasoned.js';

/** Out of a sub-journey. In what undoes a step it is an end as any other. */
export const result: Op<'result'> = {
  run: (stretch, { of, result: came, target }) => {
    const { leaving, run } = stretch.state;
    const trace = { kind: 'result', port: target.port, result: came } as const;
    if (leaving) {
      stretch.finish('completed', 'Reached the end', trace);
      return false;
    }
    stretch.giveOutput(of, { ...reasoned(run[of]), result: came });
    stretch.leave(target, trace);
    return true;
  },
  gives: ({ of }) => of,
  passesTo: ({ target }) => [target],
};
