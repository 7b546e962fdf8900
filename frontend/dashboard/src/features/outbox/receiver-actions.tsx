'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, channelOf } from '@wend/contract/plain';
import type { MessageDetail } from '@wend/contract';
import { MailOpen, MousePointerClick } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { pushContent, webUrl } from '@/features/messages/preview/content';
import { call } from '@/lib/api-client';
import { availableActions } from './available-actions';

/** In the sandbox nobody holds the phone: these do what the receiver would, and journeys that wait for it go on. */
export function ReceiverActions({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.receiverActions');
  const client = useQueryClient();
  const toast = useToast();
  const act = useMutation({
    mutationFn: (action: 'open' | 'click') => call(api.messageAct, { params: { id: message.id }, body: { action } }),
    onSuccess: (next) => {
      client.setQueryData(['message', message.id], next);
      return client.invalidateQueries({ queryKey: ['messages'] });
    },
    onError: (error) => toast.fail(t('failed'), error),
  });
  const actions = availableActions(message);
  if (actions.length === 0) return null;
  const link = webUrl(pushContent(message.content).link);
  return (
    <div>
      <h2 className="mb-1 text-sm">{t('title')}</h2>
      <p className="mb-2 text-xs text-muted">{t('detail', { name: message.profile.name })}</p>
      <div className="flex gap-2">
        {actions.includes('open') ? (
          <Button
            icon={<MailOpen size={15} strokeWidth={1.75} />}
            busy={act.isPending && act.variables === 'open'}
            onClick={() => act.mutate('open')}
          >
            {t('open')}
          </Button>
        ) : null}
        {actions.includes('click') ? (
          <Button
            icon={<MousePointerClick size={15} strokeWidth={1.75} />}
            busy={act.isPending && act.variables === 'click'}
            onClick={() => act.mutate('click')}
          >
            {link || channelOf(message.channel).receiver.clicks === 'link' ? t('clickLink') : t('click')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
