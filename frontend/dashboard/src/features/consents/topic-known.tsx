'use client';

import { channelWords } from '@wend/contract/plain';
import type { Topic } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useTopic } from './use-topics';

/** Where it is used, and how many people have said something of it. */
export function TopicKnown({ topic: { key } }: { topic: Topic }) {
  const t = useTranslations('consents.dialog');
  const found = useTopic(key).data;
  if (!found || (found.uses.length === 0 && found.people.length === 0)) return null;
  return (
    <div className="rounded-lg border border-line bg-canvas p-3 text-muted">
      {found.people.map(({ channel, state, count }) => (
        <p key={`${channel} ${state}`}>{t('people', { count, state, channel: channelWords(channel) })}</p>
      ))}
      {found.uses.length > 0 ? (
        <>
          <p className="mt-2 font-medium text-ink first:mt-0">{t('used')}</p>
          <ul>
            {found.uses.map(({ kind, id, name, places }) => (
              <li key={`${kind} ${id} ${name}`}>
                {t('usedBy', { kind, name, places: places.length === 0 ? 'none' : places.join(', ') })}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}
