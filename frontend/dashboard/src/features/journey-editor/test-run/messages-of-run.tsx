'use client';

import { api, channelOf } from '@wend/contract/plain';
import type { EnrollmentDetail, MessageDetail } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Popover } from '@/components/ui/popover';
import { MessageStatusBadge } from '@/components/ui/status-badge';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { runKeys } from '../runs/run-queries';
import { useReplay } from '../replay/use-replay';
import { goToMoment } from '../replay/replay-store';

/** What the person got so far; each can be opened or clicked as its receiver would. */
export function MessagesOfRun({ detail }: { detail: EnrollmentDetail }) {
  const t = useTranslations('editor-test-run.messagesOfRun');
  const [open, setOpen] = useState(false);
  const { messages } = detail;
  if (messages.length === 0) return null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      side="top"
      align="end"
      label={t('label')}
      className="w-88"
      trigger={
        <Button size="sm" icon={<Mail size={14} strokeWidth={1.75} aria-hidden />}>
          {t('messages', { count: messages.length })}
        </Button>
      }
    >
      <ul className="max-h-80 space-y-3 overflow-y-auto">
        {messages.map((message) => (
          <Line key={message.id} message={message} run={detail} onShow={() => setOpen(false)} />
        ))}
      </ul>
    </Popover>
  );
}

function Line({ message, run, onShow }: { message: MessageDetail; run: EnrollmentDetail; onShow: () => void }) {
  const t = useTranslations('editor-test-run.messagesOfRun');
  const client = useQueryClient();
  const toast = useToast();
  const act = useMutation({
    mutationFn: (action: 'open' | 'click') => call(api.messageAct, { params: { id: message.id }, body: { action } }),
    onError: (error) => toast.fail(t('refused'), error),
    onSettled: () => client.invalidateQueries({ queryKey: runKeys.run(run.id) }),
  });
  const visit = useReplay().view?.replay.path.find((each) => each.messages.some((own) => own.id === message.id));
  const { opens, clicks } = channelOf(message.channel).receiver;
  const actable =
    (clicks === 'anywhere' || clicks === 'link') && ['sent', 'delivered', 'opened'].includes(message.status);
  return (
    <li>
      <div className="flex items-start gap-2">
        <button
          type="button"
          className="min-w-0 flex-1 text-left hover:text-accent"
          onClick={() => {
            goToMoment({ run: run.id, momentId: visit?.id ?? null });
            onShow();
          }}
        >
          <span className="block truncate font-medium">{message.title || message.nodeName}</span>
          <span className="block truncate text-xs text-muted">
            {message.to ? t('stepTo', { step: message.nodeName, to: message.to }) : message.nodeName}
          </span>
        </button>
        <MessageStatusBadge status={message.status} />
      </div>
      {message.reason || message.error ? (
        <p className="text-xs text-bad">{[message.reason, message.error].filter(Boolean).join(': ')}</p>
      ) : null}
      {actable ? (
        <div className="mt-1 flex gap-1.5">
          {message.status !== 'opened' && opens ? (
            <Button size="sm" busy={act.isPending && act.variables === 'open'} onClick={() => act.mutate('open')}>
              {t('open')}
            </Button>
          ) : null}
          <Button size="sm" busy={act.isPending && act.variables === 'click'} onClick={() => act.mutate('click')}>
            {t('clickLink')}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
