import type { Op } from '../op.js';

export const goto: Op<'goto'> = {
  run: (stretch, { node, target, most, over }) => {
    if (most === undefined || !over) {
      stretch.leave(target);
      return true;
    }
    const turn = stretch.visitOf(node);
    const way = turn <= most ? target : over;
    stretch.leave(way, { kind: 'turn', turn, most, port: way.port });
    if (way === target) stretch.mayComeAgain();
    return true;
  },
  passesTo: ({ target, over }) => (over ? [target, over] : [target]),
};
