import { useTranslations } from 'next-intl';
import { useTopics } from './use-topics';

/** What to call a topic by its key: its name, with a note when it is archived or no topic of the workspace. */
export function useTopicName(): (key: string) => string {
  const t = useTranslations('consents.picker');
  const topics = useTopics().data;
  return (key) => {
    // Nothing is known until they are loaded.
    if (!topics) return key;
    const topic = topics.find((each) => each.key === key);
    if (!topic) return t('unknown', { key });
    return topic.archivedAt === null ? topic.name : t('archived', { name: topic.name });
  };
}
