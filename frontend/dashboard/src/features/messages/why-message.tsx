'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { MessageSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { Explained } from './explained';

const unsent = new Set(['suppressed', 'failed', 'bounced', 'unknown']);

/** Whether there is anything to ask: it did not go out, waits, or was held back before. */
export function hasWhy({ status, heldBack, ruling, attempts }: MessageSummary): boolean {
  return unsent.has(status) || heldBack !== null || ruling !== null || (status === 'queued' && attempts > 0);
}

/** Messages that a rule has ended have its reason. */
const reasonsOfRules: Record<string, string> = { quiet: 'quiet', capped: 'caps', holdout: 'holdout' };

/** What the rule says that keeps a message back or has ended it; what one said before is no trouble any more. */
export function rulingOn({ ruling, heldBack, reason }: MessageSummary): MessageSummary['ruling'] {
  return heldBack !== null || (reason !== null && reasonsOfRules[reason] === ruling?.rule) ? ruling : null;
}

/** “Why did she not get it?”: every check of a message as it was decided, also as text to copy. */
export function WhyMessage({ message: { id, status } }: { message: Pick<MessageSummary, 'id' | 'status'> }) {
  const t = useTranslations('messages.why');
  const [open, setOpen] = useState(false);
  const waits = status === 'queued' || status === 'sending';
  const question = t(unsent.has(status) ? 'ask' : waits ? 'askWaiting' : 'askLate');
  return (
    <>
      <Button variant="link" size="sm" className="px-0!" onClick={() => setOpen(true)}>
        {question}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={question} wide>
        {open ? <Answer id={id} /> : null}
      </Dialog>
    </>
  );
}

function Answer({ id }: { id: string }) {
  const t = useTranslations('messages.why');
  const why = useQuery({
    queryKey: ['message', id, 'explanation'],
    queryFn: ({ signal }) => call(api.messageExplanation, { params: { id }, signal }),
  });
  if (why.isError && !why.data)
    return <ErrorState error={why.error} title={t('failed')} onRetry={() => void why.refetch()} />;
  return why.data ? <Explained why={why.data} /> : <ListSkeleton rows={6} className="-mx-4" />;
}
