'use client';

import type { PersonConsents } from '@wend/contract';
import { channelOf, channelWords } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Switch } from '@/components/ui/switch';
import { useTopicName } from '@/features/consents/use-topic-name';
import type { Asked } from './consent-section';

type ConsentTopicsProps = {
  topics: PersonConsents['topics'];
  said: PersonConsents['said'];
  /** Whether the person has left a channel: then no topic comes on it. */
  left: (channel: string) => boolean;
  may: boolean;
  busy: boolean;
  onChoose: (asked: Asked, wants: boolean) => void;
};

/** Each topic with its channels, and whether the person is in it there. */
export function ConsentTopics({ topics, ...rest }: ConsentTopicsProps) {
  const words = useTranslations('consents.person');
  const nameOf = useTopicName();
  const keys = [...new Set(topics.map(({ topic }) => topic))];
  if (keys.length === 0) return null;
  return (
    <>
      <h3 className="border-t border-line bg-canvas px-4 py-2 text-xs font-medium text-muted">{words('topics')}</h3>
      <ul className="divide-y divide-line border-t border-line">
        {keys.map((key) => (
          <li key={key} className="space-y-1.5 px-4 py-2.5">
            <p>{nameOf(key)}</p>
            <ul className="flex flex-wrap gap-x-4 gap-y-1.5">
              {topics
                .filter(({ topic }) => topic === key)
                .map((each) => (
                  <TopicChannel key={each.channel} {...each} name={nameOf(key)} {...rest} />
                ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

type TopicChannelProps = Omit<ConsentTopicsProps, 'topics'> & PersonConsents['topics'][number] & { name: string };

function TopicChannel({ topic, channel, state, name, said, left, may, busy, onChoose }: TopicChannelProps) {
  const words = useTranslations('consents.person');
  const what = words('topicBy', { topic: name, channel: channelWords(channel) });
  const note = state === 'pending' ? words('pending') : left(channel) ? words('channelLeft') : null;
  const hasLeft = said.some(
    (each) => each.topic === topic && each.channel === channel && each.state === 'unsubscribed',
  );
  return (
    <li className="flex items-center gap-2 text-xs">
      {may ? (
        <Switch
          checked={state === 'subscribed'}
          disabled={busy}
          aria-label={what}
          onCheckedChange={(wants) => onChoose({ channel, topic, words: what, said: hasLeft }, wants)}
        />
      ) : null}
      <span>
        {channelOf(channel).label}
        {may ? null : (
          <span className="text-muted">
            {' '}
            · {state === 'unsubscribed' ? words('notSubscribed') : words(`states.${state}`)}
          </span>
        )}
        {note ? <span className="text-muted"> · {note}</span> : null}
      </span>
    </li>
  );
}
