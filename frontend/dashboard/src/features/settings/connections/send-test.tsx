'use client';

import { api, channelOf } from '@wend/contract/plain';
import type { Connection } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { TestAnswer, useSendTest } from '@/features/messages/test-answer';
import { useErrorWords } from '@/lib/error-words';
import { useMay, useSession } from '@/lib/session';

type SendTestProps = {
  connection: Pick<Connection, 'id' | 'channel'>;
  /** Whether it sends any text, and not only by templates. */
  sendsContent: boolean;
};

/** One message through a connection, to oneself: what the provider says of it is shown. */
export function SendTest({ connection, sendsContent }: SendTestProps) {
  const t = useTranslations('settings.sendTest');
  const { address } = channelOf(connection.channel);
  const { member } = useSession();
  const [to, setTo] = useState(address?.ofMembers ? member.email : '');
  const may = useMay(api.sendTest.access);
  const send = useSendTest();
  const errorWords = useErrorWords();
  // Devices are a person's: those are tried from a step, for a chosen person.
  if (!may || !address || address.devices) return null;
  if (!sendsContent)
    return (
      <div className="px-4 py-3">
        <p className="font-medium">{t('title')}</p>
        <p className="text-xs text-muted">{t('byTemplate')}</p>
      </div>
    );
  const answer = send.error ? { ok: false, message: errorWords(send.error) } : send.data;
  return (
    <form
      noValidate
      className="px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({ channel: connection.channel, connectionId: connection.id, to: to.trim() });
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <Field label={t('title')} className="min-w-56 flex-1">
          {(control) => (
            <Input
              {...control}
              value={to}
              placeholder={t('placeholder', { noun: address.noun })}
              onChange={(event) => setTo(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" busy={send.isPending} disabled={to.trim() === ''}>
          {t('send')}
        </Button>
      </div>
      <TestAnswer answer={answer} className="mt-2 empty:mt-0" />
    </form>
  );
}
