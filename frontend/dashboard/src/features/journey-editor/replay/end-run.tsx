'use client';

import { api } from '@wend/contract/plain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { runKeys } from '../runs/run-queries';

/** Ends a run by hand, after asking. */
export function EndRun({ run, name }: { run: string; name: string }) {
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.cancelEnrollment.access);
  const end = useMutation({
    mutationFn: () => call(api.cancelEnrollment, { params: { id: run }, body: {} }),
    onSuccess: () => {
      setAsking(false);
      toast.say('The run ends', { detail: 'What it had queued is not sent any more.' });
      void client.invalidateQueries({ queryKey: runKeys.run(run) });
    },
    onError: (error) => toast.fail('The run could not be ended', error),
  });
  if (!may) return null;
  return (
    <div className="border-t border-line pt-4">
      <Button variant="danger" onClick={() => setAsking(true)}>End this run…</Button>
      <ConfirmDialog open={asking} onOpenChange={setAsking} title={`End the run of ${name}?`} action="End run" danger busy={end.isPending} onConfirm={() => end.mutate()}>
        They leave the journey at once; nothing more is sent to them from it. This cannot be undone.
      </ConfirmDialog>
    </div>
  );
}
