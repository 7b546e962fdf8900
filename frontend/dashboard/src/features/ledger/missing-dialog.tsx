'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { LedgerStep } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { reasonLabel } from '@/features/messages/reasons';
import { call } from '@/lib/api-client';
import { newUuid } from '@/lib/new-uuid';
import { batchesKey } from './batches';
import { firstKinds, ledgerKey, missingOf } from './ledger-links';
import type { Instants } from './ledger-links';

type MissingDialogProps = { journeyId: string; step: LedgerStep; range: Instants; onClose: () => void };

/** Whom to send it to, and why. However often it is pressed, one batch is made of one dialog. */
export function MissingDialog({ journeyId, step, range, onClose }: MissingDialogProps) {
  const t = useTranslations('ledger.missingDialog');
  const reasons = useTranslations('messages.reasons');
  const client = useQueryClient();
  const toast = useToast();
  const [requestId] = useState(newUuid);
  const [kinds, setKinds] = useState(() => firstKinds(step));
  const [reason, setReason] = useState('');
  const start = useMutation({
    mutationFn: () =>
      call(api.startResendBatch, {
        params: { id: journeyId },
        body: { requestId, node: step.node, kinds, reason, ...range },
      }),
    onSuccess: async () => {
      toast.say(t('started'));
      onClose();
      await client.invalidateQueries({ queryKey: batchesKey(journeyId) });
      await client.invalidateQueries({ queryKey: ledgerKey(journeyId) });
    },
  });
  const count = missingOf(step, kinds);
  const labelOf = (kind: string): string => {
    if (kind === 'failed' || kind === 'bounced' || kind === 'unknown') return t(kind);
    return t('suppressed', { reason: reasonLabel(reasons, kind.slice('suppressed:'.length)).toLowerCase() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('title')}
      description={t('lead', { step: step.name })}
      onSubmit={() => start.mutate()}
      footer={
        <Button type="submit" variant="primary" busy={start.isPending} disabled={count === 0}>
          {t('action', { count })}
        </Button>
      }
    >
      <div className="space-y-4">
        <fieldset className="space-y-2">
          <legend className="mb-2 font-medium">{t('kinds')}</legend>
          {Object.entries(step.missing).map(([kind, number]) => (
            <Checkbox
              key={kind}
              checked={kinds.includes(kind)}
              onChange={(checked) => setKinds(checked ? [...kinds, kind] : kinds.filter((each) => each !== kind))}
              label={`${labelOf(kind)} (${number.toLocaleString()})`}
              help={kind === 'unknown' ? t('unknownHelp') : undefined}
            />
          ))}
          <p className="text-xs text-muted">{t('visits')}</p>
        </fieldset>
        <Field label={t('reason')} help={t('reasonHelp')} error={fieldError(start.error, 'reason')}>
          {(control) => <Input {...control} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <FormError error={start.error} />
      </div>
    </Dialog>
  );
}
