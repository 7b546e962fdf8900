import { drawOf } from '../../../value.js';
import type { Op } from '../op.js';

/** Draws are whole parts of this. */
const drawParts = 0x1_0000_0000;

export const split: Op<'split'> = {
  /** Over the arms in the order of their ports, so that their order on the canvas changes nothing. */
  run: (stretch, { node, by, arms: unordered }) => {
    const arms = [...unordered].sort((a, b) => (a.target.port < b.target.port ? -1 : 1));
    const total = arms.reduce((sum, arm) => sum + Math.max(0, arm.weight), 0);
    const { person, seed } = stretch.state;
    const draw = drawOf(`${by === 'person' ? person : seed}/${node}`);
    let rest = draw * total;
    const arm = arms.some(({ spans }) => spans)
      ? arms.find(({ spans = [] }) => spans.some(([from, to]) => from <= draw * drawParts && draw * drawParts < to))
      : (arms.find((each) => (rest -= Math.max(0, each.weight)) < 0) ?? arms.findLast((each) => each.weight > 0));
    if (!arm) {
      stretch.finish('failed', 'A random split without shares.');
      return false;
    }
    stretch.leave(arm.target, { kind: 'split', draw, port: arm.target.port });
    return true;
  },
  passesTo: ({ arms }) => arms.map(({ target }) => target),
};
