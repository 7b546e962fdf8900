import type { Op } from '../op.js';

export const end: Op<'end'> = {
  run: (stretch, { reason }) => {
    stretch.finish('completed', reason, { kind: 'end', reason });
    return false;
  },
  passesTo: () => [],
};
