'use client';

import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import type { TestRunProps } from '../layers';
import { useEditor } from '../store/editor-context';

const TestRunDialog = dynamic(() => import('./test-run-dialog').then((module) => module.TestRunDialog));

/** The button in the top bar, and its dialog. */
export function TestRun({ journeyId, saveFirst }: TestRunProps) {
  const t = useTranslations('editor-test-run.testRun');
  const [open, setOpen] = useState(false);
  const graph = useEditor((state) => state.graph);
  return (
    <>
      <Button
        icon={<Play size={15} strokeWidth={1.75} aria-hidden />}
        className="max-sm:w-8 max-sm:px-0"
        onClick={() => setOpen(true)}
      >
        <span className="max-sm:sr-only">{t('testRun')}</span>
      </Button>
      {open ? (
        <TestRunDialog journeyId={journeyId} graph={graph} saveFirst={saveFirst} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}
