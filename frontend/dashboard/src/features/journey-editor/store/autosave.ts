import { api } from '@wend/contract/plain';
import type { Graph } from '@wend/contract';
import { ApiProblem, call, errorMessage } from '@/lib/api-client';
import { removeBackup, writeBackup } from './draft-backup';
import { startHistory } from './history';
import type { EditorStore } from './editor-store';
import { clearSelection } from './select';

export type SaveDraft = (request: { journeyId: string; graph: Graph; revision: number }) => Promise<{ revision: number }>;

const wait = 600;
const firstRetry = 1_500;
const longestRetry = 30_000;

const saveToServer: SaveDraft = ({ journeyId, graph, revision }) => call(api.saveDraft, { params: { id: journeyId }, body: { graph, revision } });

/**
 * Saves the draft a moment after it changes, one request at a time. A newer draft of somebody else (409) stops it until the person has chosen;
 * anything else that fails is tried again, later each time. `save` is replaced in tests; without `start` it saves only when asked to.
 */
export function createAutosave({ store, save = saveToServer, delay = wait, start = true }: { store: EditorStore; save?: SaveDraft; delay?: number; start?: boolean }) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;
  let failures = 0;

  const plan = (after: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), after);
  };

  async function send(): Promise<boolean> {
    const { journeyId, graph, revision } = store.getState();
    store.setState({ saveState: 'saving', saveError: null });
    try {
      const answer = await save({ journeyId, graph, revision });
      failures = 0;
      const changedMeanwhile = store.getState().graph !== graph;
      store.setState({ revision: answer.revision, savedGraph: graph, saveState: changedMeanwhile ? 'unsaved' : 'saved' });
      if (changedMeanwhile) writeBackup({ journeyId, revision: answer.revision, graph: store.getState().graph });
      else removeBackup(journeyId);
      return !changedMeanwhile;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  function failed(error: unknown): void {
    const status = error instanceof ApiProblem ? error.status : 0;
    if (status === 409) {
      store.setState({ saveState: 'conflict', saveError: errorMessage(error) });
      return;
    }
    store.setState({ saveState: 'error', saveError: errorMessage(error) });
    // What the server refuses as it stands (400, 403, 404, 422) will be refused again: the next change tries it.
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    if (!refused) plan(Math.min(firstRetry * 2 ** failures, longestRetry));
    failures += 1;
  }

  /** Saves now what is not saved; true when the server has the draft as it is. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    // Several may wait here: whoever is first sends, the others wait again.
    while (running) await running;
    const { graph, savedGraph, saveState, editable } = store.getState();
    if (graph === savedGraph) {
      if (saveState === 'unsaved') store.setState({ saveState: 'saved' });
      return true;
    }
    if (!editable || saveState === 'conflict') return false;
    running = send();
    const done = await running;
    running = null;
    return done || (store.getState().saveState === 'unsaved' ? flush() : false);
  }

  const unsubscribe = !start ? () => {} : store.subscribe((state, before) => {
    if (state.graph === before.graph) return;
    if (state.graph === state.savedGraph) {
      // Undone back to what the server has.
      if (state.saveState === 'unsaved') store.setState({ saveState: 'saved' });
      removeBackup(state.journeyId);
      return;
    }
    writeBackup({ journeyId: state.journeyId, revision: state.revision, graph: state.graph });
    if (state.saveState !== 'conflict') plan(delay);
  });
  const online = () => { if (store.getState().saveState === 'error') plan(0); };
  if (start) globalThis.addEventListener?.('online', online);

  return {
    flush,
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', online);
    },
  };
}
export type Autosave = ReturnType<typeof createAutosave>;

/** After a conflict: takes the draft the server has. What was here is gone from the canvas. */
export async function takeTheirs(store: EditorStore): Promise<void> {
  const { journeyId } = store.getState();
  const journey = await call(api.get, { params: { id: journeyId } });
  removeBackup(journeyId);
  store.setState({ graph: journey.draft, savedGraph: journey.draft, revision: journey.revision, history: startHistory(journey.draft), saveState: 'saved', saveError: null, name: journey.name, status: journey.status, version: journey.version });
  clearSelection(store);
}

/** After a conflict: saves what is here on top of theirs. */
export async function keepMine({ store, autosave }: { store: EditorStore; autosave: Autosave }): Promise<void> {
  const { journeyId } = store.getState();
  const journey = await call(api.get, { params: { id: journeyId } });
  store.setState({ revision: journey.revision, savedGraph: journey.draft, saveState: 'unsaved', saveError: null });
  await autosave.flush();
}
