'use client';

import { api } from '@wend/contract/plain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { runKeys } from '../runs/run-queries';

/** Ends a run by hand, after asking. */
export function EndRun({ run, name }: { run: string; name: string }) {
  const t = useTranslations('editor-replay.endRun');
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.cancelEnrollment.access);
  const end = useMutation({
    mutationFn: () => call(api.cancelEnrollment, { params: { id: run }, body: {} }),
    onSuccess: () => {
      setAsking(false);
      toast.say(t('ended'), { detail: t('endedDetail') });
      void client.invalidateQueries({ queryKey: runKeys.run(run) });
    },
    onError: (error) => toast.fail(t('failed'), error),
  });
  if (!may) return null;
  return (
    <div className="border-t border-line pt-4">
      <Button variant="danger" onClick={() => setAsking(true)}>
        {t('end')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('title', { name })}
        action={t('confirm')}
        danger
        busy={end.isPending}
        onConfirm={() => end.mutate()}
      >
        {t('warning')}
      </ConfirmDialog>
    </div>
  );
}
