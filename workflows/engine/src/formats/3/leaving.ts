import type { RunState, Trace } from '@wend/contract';
import type { Stretch } from './stretch.js';

/** How a run ends once what it did is undone. */
export type Leaving = NonNullable<RunState['leaving']>;

/** The ports of what went wrong. */
const failures = new Set(['error', 'failed']);

/**
 * Notes that a node was left, should it have something to undo: once, however often it was passed, and last of all so
 * far. What went wrong needs no undoing.
 */
export function noteDone({ program, state }: Stretch, node: string, port: string | null): void {
  if (port === null || failures.has(port) || state.leaving) return;
  if (!program.undo || !Object.hasOwn(program.undo, node)) return;
  state.undo = [...(state.undo ?? []).filter((other) => other !== node), node];
}

/** The run leaves early: nothing ends it any more but that all is undone, newest first. */
export function beginLeaving(stretch: Stretch, leaving: Leaving): void {
  const { state, commands } = stretch;
  const { outcome, reason } = leaving;
  if (state.wait) stretch.endWait();
  stretch.leaveBy(null, leaving.trace);
  commands.push({ type: 'leaving', outcome, reason, at: state.now });
  Object.assign(state, { leaving, needs: null });
  undoNext(stretch, leaving);
}

/** One undoing is over, or went wrong: the next one begins, or the run ends. */
export function goOnLeaving(stretch: Stretch, leaving: Leaving, { reason, trace }: Over): void {
  if (stretch.state.wait) stretch.endWait();
  stretch.leaveBy(null, trace ?? (reason === null ? undefined : failed(reason)));
  undoNext(stretch, leaving);
}

/** `reason`: why an undoing could not go on; null where it came to its end. */
type Over = { reason: string | null; trace?: Trace | undefined };

function undoNext(stretch: Stretch, leaving: Leaving): void {
  const { state, program } = stretch;
  const node = state.undo?.at(-1);
  const pc = node === undefined ? undefined : program.undo?.[node];
  if (pc === undefined) {
    state.leaving = null;
    return stretch.end(leaving);
  }
  Object.assign(state, { undo: state.undo?.slice(0, -1), pc, still: 0, needs: null });
  stretch.standHere();
  stretch.beginsAnew = true;
}

function failed(message: string): Trace {
  return { kind: 'call', port: 'error', error: { code: 'not-undone', message } };
}
