import { api } from '@wend/contract/plain';
import { call } from '@/lib/api-client';
import type { EditorStore } from '../store/editor-store';
import { noteServerIssues } from './server-check';

/** Asks what is wrong with the draft that the server has; an answer about another one is let go. */
export async function askServer(store: EditorStore): Promise<void> {
  const { journeyId } = store.getState();
  const { revision, issues } = await call(api.draftIssues, { params: { id: journeyId } });
  const { savedGraph, revision: ours } = store.getState();
  if (revision === ours) noteServerIssues({ store, graph: savedGraph, issues });
}
