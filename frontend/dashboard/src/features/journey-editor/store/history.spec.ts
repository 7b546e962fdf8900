import { emptyGraph } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { coalesceWithin, pushHistory, redoHistory, redoLabel, startHistory, undoHistory, undoLabel } from './history';

const graph = () => emptyGraph();

describe('history', () => {
  it('goes back to the same graph objects and forth again, each step named', () => {
    const [first, second, third] = [graph(), graph(), graph()];
    let history = pushHistory(
      pushHistory(startHistory(first), { graph: second, label: { text: 'add', values: { step: 'Wait' } }, at: 1 }),
      {
        graph: third,
        label: { text: 'move', values: { step: 'Wait' } },
        at: 2,
      },
    );
    expect(undoLabel(history)).toEqual({ text: 'move', values: { step: 'Wait' } });
    history = undoHistory(history);
    expect(history.entries[history.pointer]?.graph).toBe(second);
    expect([undoLabel(history), redoLabel(history)]).toEqual([
      { text: 'add', values: { step: 'Wait' } },
      { text: 'move', values: { step: 'Wait' } },
    ]);
    expect(undoHistory(undoHistory(history)).pointer).toBe(0);
    expect(redoHistory(history).entries[2]?.graph).toBe(third);
  });

  it('joins typing in one place within a second, and not beyond it or elsewhere', () => {
    const typed = (history: ReturnType<typeof startHistory>, coalesceKey: string, at: number) =>
      pushHistory(history, { graph: graph(), label: { text: 'edit' }, coalesceKey, at });
    let history = typed(typed(startHistory(graph()), 'a/subject', 0), 'a/subject', 900);
    expect(history.entries).toHaveLength(2);
    history = typed(history, 'a/subject', 900 + coalesceWithin);
    expect(history.entries).toHaveLength(2);
    history = typed(history, 'a/subject', 900 + coalesceWithin * 2 + 1);
    history = typed(history, 'a/body', 900 + coalesceWithin * 2 + 2);
    expect(history.entries).toHaveLength(4);
  });

  it('drops what was undone once something else is done, and never joins into the loaded graph', () => {
    const history = pushHistory(
      undoHistory(pushHistory(startHistory(graph()), { graph: graph(), label: { text: 'rename' }, at: 1 })),
      { graph: graph(), label: { text: 'arrange' }, at: 2 },
    );
    expect(redoLabel(history)).toBeNull();
    expect(history.entries.map((entry) => entry.label.text)).toEqual(['opened', 'arrange']);
  });
});
