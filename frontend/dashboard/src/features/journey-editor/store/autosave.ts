import { api } from '@wend/contract/plain';
import type { Graph, Issue, JourneyDetail } from '@wend/contract';
import { ApiProblem, call } from '@/lib/api-client';
import { noteServerIssues } from '../problems/server-check';
import type { Backups } from './draft-backup';
import { pushHistory } from './history';
import type { ChangeLabel } from './history';
import type { EditorStore } from './editor-store';
import { clearSelection } from './select';

export type SaveDraft = (request: {
  journeyId: string;
  graph: Graph;
  revision: number;
}) => Promise<{ revision: number; issues?: readonly Issue[] }>;

const wait = 600;
const firstRetry = 1_500;
const longestRetry = 30_000;

const saveToServer: SaveDraft = ({ journeyId, graph, revision }) =>
  call(api.saveDraft, { params: { id: journeyId }, body: { graph, revision } });

type CreateAutosaveOptions = {
  store: EditorStore;
  backups?: Backups | undefined;
  save?: SaveDraft;
  delay?: number;
  start?: boolean;
};

/**
 * Saves the draft a moment after it changes, one request at a time. A newer draft of somebody else (409) stops it until
 * the person has chosen; anything else that fails is told and tried again, later each time and for ever: a server is
 * mended, a session renewed, a limit raised. `save` is replaced in tests; without `start` it saves only when asked to.
 */
export function createAutosave({
  store,
  backups,
  save = saveToServer,
  delay = wait,
  start = true,
}: CreateAutosaveOptions) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;
  let failures = 0;

  const plan = (after: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), after);
  };

  const keep = () => {
    const { revision, graph } = store.getState();
    const kept = backups?.write({ revision, graph }) ?? true;
    if (store.getState().backedUp !== kept) store.setState({ backedUp: kept });
  };
  const forget = () => {
    backups?.remove();
    if (!store.getState().backedUp) store.setState({ backedUp: true });
  };

  async function send(): Promise<boolean> {
    const { journeyId, graph, revision } = store.getState();
    store.setState({ saveState: 'saving', saveError: null });
    try {
      const answer = await save({ journeyId, graph, revision });
      failures = 0;
      if (answer.issues) noteServerIssues({ store, graph, issues: answer.issues });
      const changedMeanwhile = store.getState().graph !== graph;
      store.setState({
        revision: answer.revision,
        savedGraph: graph,
        saveState: changedMeanwhile ? 'unsaved' : 'saved',
      });
      if (changedMeanwhile) keep();
      else forget();
      return !changedMeanwhile;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  function failed(error: unknown): void {
    const status = error instanceof ApiProblem ? error.status : 0;
    if (status === 409) {
      store.setState({ saveState: 'conflict', saveError: null });
      return;
    }
    store.setState({ saveState: 'error', saveError: error });
    // What the server refuses as it stands (400, 401, 403, 404, 413, 422) it may refuse again: the next change tries it
    // at once, and time does.
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    plan(refused ? longestRetry : Math.min(firstRetry * 2 ** failures, longestRetry));
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
    running = send().finally(() => {
      running = null;
    });
    const done = await running;
    return done || (store.getState().saveState === 'unsaved' ? flush() : false);
  }

  const unsubscribe = !start
    ? () => {}
    : store.subscribe((state, before) => {
        if (state.graph === before.graph) return;
        if (state.graph === state.savedGraph) {
          // Undone back to what the server has.
          if (state.saveState === 'unsaved') store.setState({ saveState: 'saved' });
          forget();
          return;
        }
        keep();
        if (state.saveState !== 'conflict') plan(delay);
      });
  const online = () => {
    if (store.getState().saveState === 'error') plan(0);
  };
  if (start) globalThis.addEventListener?.('online', online);

  return {
    flush,
    /** The copies in this browser; none without a browser. */
    backups,
    forget,
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', online);
    },
  };
}
export type Autosave = ReturnType<typeof createAutosave>;

type TakeStoredOptions = { store: EditorStore; journey: JourneyDetail; label: ChangeLabel };

/** Shows the draft that the server has now, as a step that can be undone. */
export function takeStored({ store, journey, label }: TakeStoredOptions): void {
  const { history } = store.getState();
  store.setState({
    graph: journey.draft,
    savedGraph: journey.draft,
    revision: journey.revision,
    history: pushHistory(history, { graph: journey.draft, label, at: Date.now() }),
    saveState: 'saved',
    saveError: null,
    name: journey.name,
    status: journey.status,
    version: journey.version,
  });
  clearSelection(store);
}

type Choice = { store: EditorStore; autosave: Autosave; theirs: JourneyDetail };

/** After a conflict: takes the draft the server has. What was here is one step back. */
export function takeTheirs({ store, autosave, theirs }: Choice): void {
  autosave.forget();
  takeStored({ store, journey: theirs, label: { text: 'theirs' } });
}

/**
 * After a conflict: saves what is here on top of `theirs`, which stays one step back. When somebody has saved another
 * one since it was shown, that is a new conflict.
 */
export async function keepMine({ store, autosave, theirs }: Choice): Promise<void> {
  const { graph, history } = store.getState();
  const at = Date.now();
  const before = pushHistory(history, { graph: theirs.draft, label: { text: 'theirs' }, at });
  store.setState({
    revision: theirs.revision,
    savedGraph: theirs.draft,
    history: pushHistory(before, { graph, label: { text: 'keepMine' }, at }),
    saveState: 'unsaved',
    saveError: null,
  });
  await autosave.flush();
}
