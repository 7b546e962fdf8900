'use client';

import { api } from '@wend/contract/plain';
import { Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useMay } from '@/lib/session';
import type { StepToTest } from './send-test-dialog';

const SendTestDialog = dynamic(() => import('./send-test-dialog').then((module) => module.SendTestDialog));

/** Sends what a step's form says now, saved or not, to somebody who wants to see it arrive. */
export function SendTestButton(step: StepToTest) {
  const t = useTranslations('editor-test-send.sendTestButton');
  const [open, setOpen] = useState(false);
  const may = useMay(api.sendTest.access);
  if (!may) return null;
  return (
    <>
      <Button
        size="sm"
        className="ml-auto"
        icon={<Send size={14} strokeWidth={1.75} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('sendTest')}
      </Button>
      {open ? <SendTestDialog {...step} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
