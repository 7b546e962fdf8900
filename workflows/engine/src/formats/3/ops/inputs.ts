import type { Op } from '../op.js';
import { factsOfSettings, settingsOf } from '../settings.js';

/** Into a sub-journey, whose steps read its inputs as the result of the card. */
export const inputs: Op<'inputs'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { node, target, failed } = instruction;
    const filled = settingsOf(stretch, instruction.settings);
    if ('problem' in filled) {
      stretch.leave(failed, { kind: 'inputs', port: failed.port, problem: filled.problem });
      return true;
    }
    stretch.giveOutput(node, filled.settings);
    stretch.leave(target, { kind: 'inputs', port: target.port, inputs: filled.settings });
    return true;
  },
  facts: ({ settings }, program) => factsOfSettings(settings, program),
  gives: ({ node }) => node,
  passesTo: ({ target, failed }) => [target, failed],
};
