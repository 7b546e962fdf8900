'use client';

import { Play } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import type { TestRunProps } from '../layers';
import { useEditor } from '../store/editor-context';
import { TestRunDialog } from './test-run-dialog';

/** The button in the top bar, and its dialog. */
export function TestRun({ journeyId, saveFirst }: TestRunProps) {
  const [open, setOpen] = useState(false);
  const graph = useEditor((state) => state.graph);
  return (
    <>
      <Button icon={<Play size={15} strokeWidth={1.75} aria-hidden />} onClick={() => setOpen(true)}>Test run</Button>
      {open ? <TestRunDialog journeyId={journeyId} graph={graph} saveFirst={saveFirst} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
