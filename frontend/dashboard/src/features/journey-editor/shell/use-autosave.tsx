'use client';

import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useToast } from '@/components/ui/toast';
import { commit } from '../store/actions';
import { createAutosave } from '../store/autosave';
import type { Autosave } from '../store/autosave';
import { readBackup, removeBackup } from '../store/draft-backup';
import type { EditorStore } from '../store/editor-store';

const AutosaveContext = createContext<Autosave | null>(null);

export function AutosaveProvider({ autosave, children }: { autosave: Autosave; children: ReactNode }) {
  return <AutosaveContext.Provider value={autosave}>{children}</AutosaveContext.Provider>;
}

export function useAutosave(): Autosave {
  const autosave = useContext(AutosaveContext);
  if (!autosave) throw new Error('useAutosave needs an AutosaveProvider above it');
  return autosave;
}

/** Saves while the editor is open; asks before the window closes on something unsaved; brings back what an earlier visit could not save. */
export function useAutosaveLifetime(store: EditorStore): Autosave {
  const [autosave, setAutosave] = useState(() => createAutosave({ store, start: false }));
  const latestToast = useToast();
  const toast = useRef(latestToast);
  toast.current = latestToast;
  useEffect(() => {
    const started = createAutosave({ store });
    setAutosave(started);
    let open = true;
    restoreBackup({ store, open: () => open }).catch((error: unknown) => toast.current.fail('Changes from an earlier visit were not brought back', error));
    const warn = (event: BeforeUnloadEvent) => {
      const { saveState } = store.getState();
      if (saveState === 'saved') return;
      void started.flush();
      event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => {
      open = false;
      removeEventListener('beforeunload', warn);
      void started.flush().finally(started.stop);
    };
  }, [store]);
  return autosave;
}

async function restoreBackup({ store, open }: { store: EditorStore; open: () => boolean }): Promise<void> {
  const { journeyId, revision, graph } = store.getState();
  const backup = await readBackup(journeyId);
  if (!backup || !open()) return;
  if (JSON.stringify(backup.graph) === JSON.stringify(graph)) {
    removeBackup(journeyId);
    return;
  }
  commit({ store, graph: backup.graph, label: 'Restore unsaved changes' });
  // Somebody saved since: the choice between the two drafts is the person's.
  if (backup.revision !== revision) store.setState({ saveState: 'conflict', saveError: 'Changes from an earlier visit were not saved, and the draft was changed elsewhere since.' });
}
