'use client';

import type { Channel } from '@wend/contract';
import { useChannels } from '../channels';
import { useTranslations } from 'next-intl';
import type { LooseContent } from './content';
import { plainFields } from './plain-fields';

/** A message of any channel as the fields that it has. */
export function PlainPreview({ channel, content }: { channel: Channel; content: LooseContent }) {
  // Its definition comes with the list of channels.
  useChannels();
  const t = useTranslations('messages.plainPreview');
  const fields = plainFields(channel, content);
  if (fields.length === 0) return <p className="rounded-lg bg-canvas p-3 text-muted">{t('empty')}</p>;
  return (
    <dl className="space-y-3 rounded-lg border border-line bg-raised p-4">
      {fields.map(({ name, label, text }) => (
        <div key={name}>
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="break-words whitespace-pre-wrap">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
