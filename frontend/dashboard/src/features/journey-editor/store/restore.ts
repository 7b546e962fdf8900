import type { Graph } from '@wend/contract';
import { commit } from './actions';
import type { Backups, DraftBackup, Found } from './draft-backup';
import type { EditorStore } from './editor-store';

const asText = (graph: Graph) => JSON.stringify(graph);

type RestoreBackupsOptions = {
  store: EditorStore;
  backups: Backups;
  open: ReadonlySet<string>;
};

/**
 * Brings back what an earlier visit could not save: the copy of this tab from before it was reloaded, else the newest
 * that no open tab is still writing. What is left of others, and what cannot be read, is offered (`copies`): nothing is
 * thrown away unasked.
 */
export function restoreBackups({ store, backups, open }: RestoreBackupsOptions): void {
  const { graph, editable, history } = store.getState();
  if (!editable) return;
  const { readable, unreadable }: Found = backups.others();
  const left = readable
    .filter((copy) => !open.has(copy.tab))
    .filter((copy) => {
      const saved = asText(copy.graph) === asText(graph);
      if (saved) backups.discard(copy.key);
      return !saved;
    });
  // Who has edited before the others had answered is asked, too.
  const untouched = history.pointer === 0;
  const chosen = untouched ? (left.find((copy) => copy.tab === backups.previousTab) ?? left[0]) : undefined;
  if (chosen) restoreCopy({ store, backups, copy: chosen });
  store.setState({ copies: [...left.filter((copy) => copy !== chosen), ...unreadable] });
}

type RestoreCopyOptions = {
  store: EditorStore;
  backups: Backups;
  copy: DraftBackup;
};

/** Makes a copy the draft, as a step that can be undone. */
export function restoreCopy({ store, backups, copy }: RestoreCopyOptions): void {
  // Somebody saved since: the choice between the two drafts is the person's, also after the next reload. So the copy
  // keeps what it was made from.
  if (copy.revision !== store.getState().revision)
    store.setState({
      revision: copy.revision,
      saveState: 'conflict',
      saveError: null,
    });
  commit({ store, graph: copy.graph, label: { text: 'restore' } });
  // The step above was kept as this editor's own.
  if (store.getState().backedUp) backups.discard(copy.key);
  store.setState({ copies: store.getState().copies.filter(({ key }) => key !== copy.key) });
}

export function discardCopy({ store, backups, key }: { store: EditorStore; backups: Backups; key: string }): void {
  backups.discard(key);
  store.setState({ copies: store.getState().copies.filter((copy) => copy.key !== key) });
}
