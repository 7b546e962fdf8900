'use client';

import { useTranslations } from 'next-intl';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useToast } from '@/components/ui/toast';
import { useSession } from '@/lib/session';
import { createAutosave } from '../store/autosave';
import type { Autosave } from '../store/autosave';
import { createBackups } from '../store/draft-backup';
import type { EditorStore } from '../store/editor-store';
import { joinTabs } from '../store/open-tabs';
import { restoreBackups } from '../store/restore';

const AutosaveContext = createContext<Autosave | null>(null);

export function AutosaveProvider({ autosave, children }: { autosave: Autosave; children: ReactNode }) {
  return <AutosaveContext.Provider value={autosave}>{children}</AutosaveContext.Provider>;
}

export function useAutosave(): Autosave {
  const autosave = useContext(AutosaveContext);
  if (!autosave) throw new Error('useAutosave needs an AutosaveProvider above it');
  return autosave;
}

/**
 * Saves while the editor is open; asks before the window closes on something unsaved; brings back what an earlier visit
 * could not save.
 */
export function useAutosaveLifetime(store: EditorStore): Autosave {
  const t = useTranslations('editor-shell.useAutosave');
  const [autosave, setAutosave] = useState(() => createAutosave({ store, start: false }));
  const owner = useSession().member.id;
  const latestToast = useToast();
  const toast = useRef(latestToast);
  toast.current = latestToast;
  useEffect(() => {
    const { journeyId } = store.getState();
    const backups = createBackups({ journeyId, owner });
    const started = createAutosave({ store, backups });
    setAutosave(started);
    const join = () =>
      joinTabs({ journeyId, tab: backups.tab, onChange: (others) => store.setState({ otherTabs: others.size }) });
    let tabs = join();
    let here = true;
    tabs
      .open()
      .then((open) => {
        if (here) restoreBackups({ store, backups, open });
      })
      .catch((error: unknown) => toast.current.fail(t('restoreFailed'), error));
    const warn = (event: BeforeUnloadEvent) => {
      const { saveState } = store.getState();
      if (saveState === 'saved') return;
      void started.flush();
      event.preventDefault();
    };
    const onHide = () => tabs.leave();
    // Back from where the browser kept the whole page.
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) tabs = join();
    };
    // A tab that crashed says no goodbye: whoever comes back to this one asks anew.
    const onVisible = () => {
      if (document.visibilityState === 'visible') tabs.ask();
    };
    addEventListener('beforeunload', warn);
    addEventListener('pagehide', onHide);
    addEventListener('pageshow', onShow);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      here = false;
      removeEventListener('beforeunload', warn);
      removeEventListener('pagehide', onHide);
      removeEventListener('pageshow', onShow);
      document.removeEventListener('visibilitychange', onVisible);
      tabs.leave();
      void started.flush().finally(started.stop);
    };
  }, [store, owner]);
  useEffect(
    () =>
      store.subscribe(({ refused }, before) => {
        if (refused && refused !== before.refused)
          toast.current.fail(t('refused'), new Error(t('tooMany', { reason: refused.message })));
      }),
    [store],
  );
  return autosave;
}
