import type { Instruction, Program } from '@wend/contract';
import fc from 'fast-check';

/** What undoes one node: steps in a row, each an action that is waited for, one that is not, or a message. */
export type Undoing = { of: number; steps: ('call' | 'goto' | 'send')[]; ends: boolean };

export function undoings({ calls, size }: { calls: boolean; size: number }): fc.Arbitrary<Undoing[]> {
  const step = calls
    ? fc.constantFrom('call' as const, 'call' as const, 'goto' as const, 'send' as const)
    : fc.constantFrom('goto' as const, 'send' as const);
  return fc.array(
    fc.record({
      of: fc.integer({ min: 0, max: size - 1 }),
      steps: fc.array(step, { minLength: 1, maxLength: 3 }),
      ends: fc.boolean(),
    }),
    { maxLength: 3 },
  );
}

/** The instructions of a journey with those that undo its nodes behind them, where nothing else leads. */
export function withUndoings(
  journey: Instruction[],
  undone: readonly Undoing[],
): Pick<Program, 'instructions' | 'undo'> {
  const instructions = [...journey];
  const undo: Record<string, number> = {};
  let names = 0;
  for (const { of, steps, ends } of undone) {
    undo[`n${of}`] = instructions.length;
    for (const [place, op] of steps.entries()) {
      const last = place === steps.length - 1;
      const pc = last && !ends ? -1 : instructions.length + 1;
      // Custom nodes that may be slow, or want to wait, are drawn for a few names.
      const node = `u${names++ % 7}`;
      if (op === 'call')
        instructions.push({
          node,
          enter: true,
          op,
          activity: 'node.x.v1',
          targets: [{ port: 'done', pc }],
          attempts: 1,
          timeoutSeconds: 1,
        });
      else if (op === 'send')
        instructions.push({ node, enter: true, op, channel: 'email', queued: { port: 'queued', pc } });
      else instructions.push({ node, enter: true, op, target: { port: 'next', pc } });
    }
    if (ends) instructions.push({ node: `u${names++ % 7}`, enter: true, op: 'end', reason: 'undone' });
  }
  return { instructions, ...(undone.length > 0 ? { undo } : {}) };
}
