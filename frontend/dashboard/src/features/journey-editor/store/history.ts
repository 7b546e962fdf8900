import type { Graph } from '@wend/contract';
import type { Messages } from 'next-intl';

/**
 * Named undo. Graphs are immutable, so a history is a list of pointers: undo moves the pointer, nothing is cloned or
 * compared. `entries[0]` is the graph as loaded; every later entry is the graph after the step its label names.
 */

/** What a step is called: a text of `editor-store.change` and what it is filled with. */
export type ChangeLabel = {
  text: keyof Messages['editor-store']['change'];
  values?: Record<string, string | number>;
};
export type HistoryEntry = { graph: Graph; label: ChangeLabel; coalesceKey?: string | undefined; at: number };
export type History = { entries: readonly HistoryEntry[]; pointer: number };

/** Typing in the same place within this many milliseconds is one step. */
export const coalesceWithin = 1_000;
const limit = 200;

export function startHistory(graph: Graph): History {
  return { entries: [{ graph, label: { text: 'opened' }, at: 0 }], pointer: 0 };
}

/**
 * Adds a step; with the same `coalesceKey` shortly after the last one it replaces that step instead. Steps that were
 * undone are dropped.
 */
export function pushHistory(
  history: History,
  step: { graph: Graph; label: ChangeLabel; coalesceKey?: string | undefined; at: number },
): History {
  const kept = history.entries.slice(0, history.pointer + 1);
  const last = kept[kept.length - 1];
  const joins =
    step.coalesceKey !== undefined &&
    history.pointer > 0 &&
    last?.coalesceKey === step.coalesceKey &&
    step.at - last.at <= coalesceWithin;
  if (joins) kept.pop();
  kept.push(step);
  const entries = kept.length > limit ? kept.slice(kept.length - limit) : kept;
  return { entries, pointer: entries.length - 1 };
}

export function undoHistory(history: History): History {
  return history.pointer === 0 ? history : { ...history, pointer: history.pointer - 1 };
}

export function redoHistory(history: History): History {
  return history.pointer >= history.entries.length - 1 ? history : { ...history, pointer: history.pointer + 1 };
}

/** What undo would take back; null when there is nothing. */
export function undoLabel(history: History): ChangeLabel | null {
  return history.pointer === 0 ? null : (history.entries[history.pointer]?.label ?? null);
}

export function redoLabel(history: History): ChangeLabel | null {
  return history.entries[history.pointer + 1]?.label ?? null;
}
