'use client';

import { api } from '@wend/contract/plain';
import { FlaskConical } from 'lucide-react';
import { useTranslations } from 'next-intl';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useMay } from '@/lib/session';

const TryStepDialog = dynamic(() => import('./try-step-dialog').then((module) => module.TryStepDialog));

/** Runs one step by itself, as its form has it now, to see what comes of it. */
export function TryStepButton({ id }: { id: string }) {
  const t = useTranslations('editor-trial.button');
  const [open, setOpen] = useState(false);
  const may = useMay(api.tryStep.access);
  if (!may) return null;
  return (
    <div className="border-t border-line pt-4">
      <Button size="sm" icon={<FlaskConical size={14} strokeWidth={1.75} aria-hidden />} onClick={() => setOpen(true)}>
        {t('tryIt')}
      </Button>
      {open ? <TryStepDialog id={id} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}
