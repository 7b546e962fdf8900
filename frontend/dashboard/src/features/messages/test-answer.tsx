'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Channel, JsonObject } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';

type TestMessage = {
  channel: Channel;
  connectionId?: string;
  to?: string;
  config?: JsonObject;
  profileId?: string;
  entry?: JsonObject;
};

/** Sends one message to somebody who wants to see it arrive. */
export function useSendTest() {
  return useMutation({ mutationFn: (body: TestMessage) => call(api.sendTest, { body }) });
}

type TestAnswerProps = {
  answer: { ok: boolean; message: string; answer?: string | null | undefined } | undefined;
  className?: string;
};

/** What became of a test message, and what the provider said of it. Stays there while empty, so that it is read out. */
export function TestAnswer({ answer, className }: TestAnswerProps) {
  const t = useTranslations('messages.testAnswer');
  return (
    <div role="status" className={className}>
      {answer ? <p className={cx('break-words', answer.ok ? 'text-good' : 'text-bad')}>{answer.message}</p> : null}
      {answer?.answer ? (
        <pre
          tabIndex={0}
          aria-label={t('answer')}
          className="mt-1 max-h-40 overflow-auto rounded-md border border-line bg-canvas p-2 font-mono text-2xs break-words whitespace-pre-wrap"
        >
          {answer.answer}
        </pre>
      ) : null}
    </div>
  );
}
