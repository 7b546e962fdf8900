'use client';

import { CloudOff, GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { keepMine, takeTheirs } from '../store/autosave';
import { useEditor, useEditorStore } from '../store/editor-context';
import { useAutosave } from './use-autosave';

/** Says why the draft is not saved, and offers the way out. */
export function SaveBanner() {
  const saveState = useEditor((state) => state.saveState);
  const message = useEditor((state) => state.saveError);
  const editable = useEditor((state) => state.editable);
  if (!editable) return <div role="status" className="border-b border-line bg-canvas px-4 py-2 text-muted">You can look at this journey. Changing it needs the role marketer, developer or admin.</div>;
  if (saveState === 'conflict') return <Conflict />;
  if (saveState === 'error') return <Failed message={message} />;
  return null;
}

function Failed({ message }: { message: string | null }) {
  const autosave = useAutosave();
  return (
    <div role="alert" className="flex items-center gap-3 border-b border-line bg-warn-soft px-4 py-2 text-warn">
      <CloudOff size={16} aria-hidden />
      <p className="flex-1">Your changes are kept in this browser and not yet on the server. {message}</p>
      <Button size="sm" onClick={() => void autosave.flush()}>Try now</Button>
    </div>
  );
}

function Conflict() {
  const store = useEditorStore();
  const autosave = useAutosave();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    work().catch((error: unknown) => toast.fail('The choice could not be carried out', error)).finally(() => setBusy(false));
  };
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 border-b border-line bg-warn-soft px-4 py-2 text-warn" data-testid="conflict">
      <GitCompareArrows size={16} aria-hidden />
      <p className="flex-1">Somebody saved a newer draft of this journey. Your changes are not saved.</p>
      <Button size="sm" disabled={busy} onClick={() => run(() => takeTheirs(store))}>Load theirs</Button>
      <Button size="sm" disabled={busy} onClick={() => run(() => keepMine({ store, autosave }))}>Save mine as the newest</Button>
    </div>
  );
}
