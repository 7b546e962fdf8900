import type { Op } from '../op.js';

export const goto: Op<'goto'> = {
  run: (stretch, { target }) => {
    stretch.leave(target);
    return true;
  },
  passesTo: ({ target }) => [target],
};
