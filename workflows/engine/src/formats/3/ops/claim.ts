import type { Op } from '../op.js';

/** What all runs of a person share decides by which port this one goes on. */
export const claim: Op<'claim'> = {
  run: (stretch, { fact, targets }) => {
    const seen = stretch.claimed(fact);
    if (!seen) return false;
    const target = targets.find(({ port }) => port === seen['port']);
    if (!target) {
      stretch.finish('failed', `This step has no path “${String(seen['port'])}”.`);
      return false;
    }
    stretch.leave(target, { kind: 'claim', port: target.port, seen });
    return true;
  },
  passesTo: ({ targets }) => targets,
};
