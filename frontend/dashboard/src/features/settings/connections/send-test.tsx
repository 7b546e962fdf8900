'use client';

import { api, channelOf } from '@wend/contract/plain';
import type { Connection } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { cx } from '@/lib/cx';
import { useMay, useSession } from '@/lib/session';
import { useSendTest } from './use-connections';

/** One message through a connection, to oneself: what the provider says of it is shown. */
export function SendTest({ connection }: { connection: Pick<Connection, 'id' | 'channel'> }) {
  const t = useTranslations('settings.sendTest');
  const { address } = channelOf(connection.channel);
  const { member } = useSession();
  const [to, setTo] = useState(address?.ofMembers ? member.email : '');
  const may = useMay(api.sendTest.access);
  const send = useSendTest();
  // Devices are a person's: those are tried from a step, for a chosen person.
  if (!may || !address || address.devices) return null;
  const answer = send.error ? { ok: false, message: send.error.message, answer: null } : send.data;
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
      <div role="status">
        {answer ? <p className={cx('mt-2', answer.ok ? 'text-good' : 'text-bad')}>{answer.message}</p> : null}
        {answer?.answer ? (
          <pre className="mt-1 max-h-40 overflow-auto rounded-md border border-line bg-canvas p-2 text-2xs whitespace-pre-wrap">
            {answer.answer}
          </pre>
        ) : null}
      </div>
    </form>
  );
}
