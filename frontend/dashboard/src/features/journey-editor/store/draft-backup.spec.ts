import type { Graph } from '@wend/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { changeSettings, moveNodes, undo } from './actions';
import { createAutosave } from './autosave';
import { createBackups } from './draft-backup';
import { sampleStore } from './editor.fixture';
import { joinTabs } from './open-tabs';
import { restoreBackups, restoreCopy } from './restore';

vi.mock('@/lib/api-client', () => ({ ApiProblem: Error, call: vi.fn(), errorMessage: String }));

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      items.set(key, value);
    },
    removeItem: (key) => {
      items.delete(key);
    },
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
  };
}

const nobody: ReadonlySet<string> = new Set();
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

type OpenEditorOptions = {
  storage: Storage;
  session?: Storage;
  owner?: string;
  tab: string;
  revision?: number;
};

/** An editor of the sample journey in a browser whose server never answers. */
function openEditor({ storage, session = memory(), owner = 'anna', tab, revision = 3 }: OpenEditorOptions) {
  const store = sampleStore();
  store.setState({ revision });
  const backups = createBackups({ journeyId: store.getState().journeyId, owner, tab, storage, session });
  stops.push(createAutosave({ store, backups, save: () => new Promise(() => {}) }).stop);
  return { store, backups, restore: (open = nobody) => restoreBackups({ store, backups, open }) };
}
const move = (editor: ReturnType<typeof openEditor>, x: number) =>
  moveNodes({ store: editor.store, positions: { wait: { x, y: 152 } } });
const x = (editor: ReturnType<typeof openEditor>) => editor.store.getState().graph.nodes['wait']?.position.x;

describe('the copy in the browser', () => {
  it('brings back a draft that no schema would take: what the editor held, its copy restores', () => {
    const storage = memory();
    const before = openEditor({ storage, tab: 'a' });
    changeSettings({
      store: before.store,
      settings: {
        reentry: { rule: 'after', afterSeconds: Number.NaN },
        exitCriteria: [
          { id: 'new', event: '', where: { op: 'compare', left: { source: 'property', path: '' }, is: 'equals' } },
        ],
      },
      path: 'x',
    });
    const after = openEditor({ storage, tab: 'b' });
    after.restore();
    expect(after.store.getState().graph.settings.exitCriteria).toEqual(
      before.store.getState().graph.settings.exitCriteria,
    );
    expect(after.store.getState().saveState).toBe('unsaved');
    undo(after.store);
    expect(after.store.getState().graph.settings.exitCriteria).toEqual([]);
  });

  it('is each tab’s own: one takes nothing from another that is open, and after a reload its own', () => {
    const storage = memory();
    const [mine, other] = [memory(), memory()];
    const first = openEditor({ storage, session: mine, tab: 'a' });
    const second = openEditor({ storage, session: other, tab: 'b' });
    move(first, 8);
    move(second, 16);
    // The second is reloaded while the first is open.
    const again = openEditor({ storage, session: other, tab: 'c' });
    again.restore(new Set(['a']));
    expect(x(again)).toBe(16);
    expect(again.store.getState().copies).toEqual([]);
    // Both were closed: each comes back with what was its own, and is offered nothing that the other has.
    const firstAgain = openEditor({ storage, session: mine, tab: 'd' });
    firstAgain.restore(new Set(['c']));
    expect(x(firstAgain)).toBe(8);
    expect(firstAgain.store.getState().copies).toEqual([]);
  });

  it('is no other member’s', () => {
    const storage = memory();
    move(openEditor({ storage, tab: 'a', owner: 'anna' }), 8);
    const ben = openEditor({ storage, tab: 'b', owner: 'ben' });
    ben.restore();
    expect([x(ben), ben.store.getState().copies]).toEqual([0, []]);
  });

  it('of a draft that was saved elsewhere since leaves the choice to the person', () => {
    const storage = memory();
    move(openEditor({ storage, tab: 'a' }), 8);
    const after = openEditor({ storage, tab: 'b', revision: 4 });
    after.restore();
    expect([x(after), after.store.getState().saveState]).toEqual([8, 'conflict']);
    // A reload before the choice is made does not make it: saving would overwrite what was saved elsewhere.
    const again = openEditor({ storage, tab: 'c', revision: 4 });
    again.restore();
    expect([x(again), again.store.getState().saveState]).toEqual([8, 'conflict']);
  });

  it('that is not the only one is offered, not taken and not lost', () => {
    const storage = memory();
    move(openEditor({ storage, tab: 'a' }), 8);
    move(openEditor({ storage, tab: 'b' }), 16);
    const third = openEditor({ storage, tab: 'c' });
    third.restore();
    const { copies } = third.store.getState();
    expect(copies).toHaveLength(1);
    const [copy] = copies;
    const taken = x(third);
    if (copy && 'graph' in copy) restoreCopy({ store: third.store, backups: third.backups, copy });
    expect([taken, x(third)].sort()).toEqual([16, 8]);
    expect(third.store.getState().copies).toEqual([]);
  });

  it('that cannot be read as a graph is shown, and kept until it is discarded', () => {
    const storage = memory();
    const { journeyId } = sampleStore().getState();
    for (const [tab, text] of [
      ['p', '{"revision":3,"graph":{"nodes":[]}}'],
      ['q', 'not json'],
    ] as const)
      storage.setItem(`wend-draft:${journeyId}:anna:${tab}`, text);
    const editor = openEditor({ storage, tab: 'a' });
    editor.restore();
    expect(editor.store.getState().copies.map((copy) => ('text' in copy ? copy.text : null))).toEqual([
      '{"revision":3,"graph":{"nodes":[]}}',
      'not json',
    ]);
    expect(storage.length).toBe(2);
  });

  it('of before tabs had their own is taken too, and one that the server has is cleared away', () => {
    const storage = memory();
    const sample = sampleStore().getState();
    const graph: Graph = {
      ...sample.graph,
      nodes: { ...sample.graph.nodes, wait: { ...sample.graph.nodes['wait']!, name: 'Later' } },
    };
    storage.setItem(`wend-draft-${sample.journeyId}`, JSON.stringify({ revision: 3, at: 1, graph }));
    storage.setItem(
      `wend-draft:${sample.journeyId}:anna:z`,
      JSON.stringify({ revision: 2, at: 2, graph: sample.graph }),
    );
    const editor = openEditor({ storage, tab: 'a' });
    editor.restore();
    expect(editor.store.getState().graph.nodes['wait']?.name).toBe('Later');
    expect(Array.from({ length: storage.length }, (_, index) => storage.key(index))).toEqual([
      `wend-draft:${sample.journeyId}:anna:a`,
    ]);
  });

  it('that finds no room is said', () => {
    const storage = {
      ...memory(),
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    const editor = openEditor({ storage, tab: 'a' });
    move(editor, 8);
    expect(editor.store.getState().backedUp).toBe(false);
    undo(editor.store);
    expect(editor.store.getState().backedUp).toBe(true);
  });
});

describe('tabs of one browser', () => {
  it('know which others have the journey open, and that they have gone', async () => {
    const counts: Record<string, number> = {};
    const join = (tab: string, journeyId = 'j') =>
      joinTabs({
        journeyId,
        tab,
        within: 40,
        onChange: (others) => {
          counts[tab] = others.size;
        },
      });
    const [first, second, elsewhere] = [join('a'), join('b'), join('c', 'other')];
    expect([...(await second.open())]).toEqual(['a']);
    expect([...(await elsewhere.open())]).toEqual([]);
    expect(counts).toEqual({ a: 1, b: 1 });
    first.leave();
    await expect.poll(() => counts['b']).toBe(0);
    second.leave();
    elsewhere.leave();
  });
});
