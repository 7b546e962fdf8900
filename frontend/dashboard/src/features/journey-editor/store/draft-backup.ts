import type { Graph } from '@wend/contract';
import { isLoadable, newId } from '@wend/contract/plain';

/**
 * Copies of unsaved drafts in this browser, written with every change and removed once the server has it: closing the
 * window, a crash or a lost connection lose nothing. Each open editor has a copy of its own, by journey, member and
 * tab, and no schema decides what comes back: what an editor could hold, its copy restores.
 */
export type DraftBackup = { key: string; tab: string; revision: number; at: number; graph: Graph };
/** A copy that cannot be shown as a graph. Its text can still be taken away as a file. */
export type UnreadableBackup = { key: string; text: string };
export type Found = { readable: DraftBackup[]; unreadable: UnreadableBackup[] };
type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** How the one copy of a journey was called before tabs had their own. */
const earlierKey = (journeyId: string) => `wend-draft-${journeyId}`;
const tabKey = (journeyId: string) => `wend-draft-tab:${journeyId}`;

type CreateBackupsOptions = {
  journeyId: string;
  owner: string;
  tab?: string;
  storage?: Storage | null;
  session?: Storage | null;
};

/**
 * The copies of one journey and member. `tab`: this editor; reloading makes a new one, which finds what the one before
 * it left.
 */
export function createBackups({
  journeyId,
  owner,
  tab = newId(),
  storage = browserStorage('localStorage'),
  session = browserStorage('sessionStorage'),
}: CreateBackupsOptions) {
  const prefix = `wend-draft:${journeyId}:${owner}:`;
  const key = `${prefix}${tab}`;
  const previousTab = tried(() => session?.getItem(tabKey(journeyId)) ?? null, null);
  tried(() => session?.setItem(tabKey(journeyId), tab), undefined);

  return {
    tab,
    /** The editor that this browser tab had before, when it was reloaded. */
    previousTab,
    /** False when the browser has no room for it, or forbids it. */
    write: ({ revision, graph }: { revision: number; graph: Graph }): boolean =>
      tried(() => {
        if (!storage) return false;
        storage.setItem(key, JSON.stringify({ revision, at: Date.now(), graph }));
        return true;
      }, false),
    remove: (): void => tried(() => storage?.removeItem(key), undefined),
    discard: (other: string): void => tried(() => storage?.removeItem(other), undefined),
    /** What other editors of this member, open or gone, keep of this journey; newest first. */
    others: (): Found => {
      const found: Found = { readable: [], unreadable: [] };
      const keys = tried(
        () => Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? ''),
        [],
      );
      for (const each of keys) {
        if (each === key || !(each.startsWith(prefix) || each === earlierKey(journeyId))) continue;
        const text = tried(() => storage?.getItem(each) ?? null, null);
        if (text === null) continue;
        const copy = parse(text);
        if (copy)
          found.readable.push({ ...copy, key: each, tab: each.startsWith(prefix) ? each.slice(prefix.length) : '' });
        else found.unreadable.push({ key: each, text });
      }
      found.readable.sort((a, b) => b.at - a.at);
      return found;
    },
  };
}
export type Backups = ReturnType<typeof createBackups>;

function parse(text: string): Pick<DraftBackup, 'revision' | 'at' | 'graph'> | null {
  try {
    const { revision, at, graph } = JSON.parse(text) as Record<string, unknown>;
    return typeof revision === 'number' && isLoadable(graph)
      ? { revision, at: typeof at === 'number' ? at : 0, graph }
      : null;
  } catch {
    return null;
  }
}

function browserStorage(name: 'localStorage' | 'sessionStorage'): Storage | null {
  return tried(() => globalThis[name] ?? null, null);
}

/** Storage that is full or forbidden throws on any access; the callers say what that means. */
function tried<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
