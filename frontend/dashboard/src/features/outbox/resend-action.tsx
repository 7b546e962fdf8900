'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { MessageDetail } from '@wend/contract';
import { RotateCw } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { newUuid } from '@/lib/new-uuid';

const ended = new Set(['sent', 'delivered', 'opened', 'clicked', 'failed', 'bounced', 'suppressed', 'unknown']);

/** Sends a message again by hand, with a reason; says why where it can’t be. */
export function ResendAction({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.resend');
  const may = useMay(api.resendMessage.access);
  const [request, setRequest] = useState<string | null>(null);
  const refusal = message.resendRefusal;
  if (!may || !ended.has(message.status)) return null;
  if (refusal !== null && refusal !== 'already-sent')
    return <p className="text-xs text-muted">{t(`refusal.${refusal}`)}</p>;
  return (
    <div>
      <Button icon={<RotateCw size={15} strokeWidth={1.75} />} onClick={() => setRequest(newUuid())}>
        {t('action')}
      </Button>
      {request === null ? null : (
        <ResendDialog message={message} requestId={request} onClose={() => setRequest(null)} />
      )}
    </div>
  );
}

type ResendDialogProps = { message: MessageDetail; requestId: string; onClose: () => void };

/** One dialog makes one message, however often its button is pressed. */
function ResendDialog({ message, requestId, onClose }: ResendDialogProps) {
  const t = useTranslations('outbox.resend');
  const client = useQueryClient();
  const toast = useToast();
  const { set } = useQueryState();
  const [reason, setReason] = useState('');
  const [content, setContent] = useState<'anew' | 'same'>('anew');
  const [although, setAlthough] = useState(false);
  const sent = message.resendRefusal === 'already-sent';
  const resend = useMutation({
    mutationFn: () =>
      call(api.resendMessage, { params: { id: message.id }, body: { requestId, reason, content, although } }),
    onSuccess: async (made) => {
      client.setQueryData(['message', made.id], made);
      toast.say(t('done'));
      onClose();
      set({ message: made.id });
      await client.invalidateQueries({ queryKey: ['messages'] });
    },
  });
  const name = message.profile.name;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('title')}
      description={t('checked')}
      onSubmit={() => resend.mutate()}
      footer={
        <Button type="submit" variant="primary" busy={resend.isPending} disabled={sent && !although}>
          {t('action')}
        </Button>
      }
    >
      <div className="space-y-4">
        {message.status === 'unknown' ? (
          <p role="note" className="rounded-md bg-warn-soft px-3 py-2 text-warn">
            {t('unknown', { name })}
          </p>
        ) : null}
        <Field label={t('reason')} help={t('reasonHelp')} error={fieldError(resend.error, 'reason')}>
          {(control) => (
            <Input
              {...control}
              value={reason}
              placeholder={t('reasonPlaceholder')}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {message.content ? (
          <div>
            <p className="mb-1 font-medium">{t('content')}</p>
            <Segmented
              label={t('content')}
              value={content}
              options={[
                { value: 'anew', label: t('anew') },
                { value: 'same', label: t('same') },
              ]}
              onChange={setContent}
            />
            <p className="mt-1 text-xs text-muted">{content === 'anew' ? t('anewHelp') : t('sameHelp')}</p>
          </div>
        ) : null}
        {sent ? (
          <Checkbox checked={although} onChange={setAlthough} label={t('although')} help={t('annoys', { name })} />
        ) : null}
        <FormError error={resend.error} />
      </div>
    </Dialog>
  );
}
