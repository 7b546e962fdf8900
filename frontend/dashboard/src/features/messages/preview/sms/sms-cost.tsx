import { useTranslations } from 'next-intl';
import { smsParts } from './sms-parts';

/** What a text costs in parts. A file of its own: the alphabets that it counts by are loaded when an SMS is shown. */
export function SmsCost({ text }: { text: string }) {
  const t = useTranslations('messages.smsCost');
  const { characters, parts, encoding } = smsParts(text);
  const cost = t('cost', { characters, parts });
  return encoding === 'unicode' ? t('unicode', { cost }) : cost;
}
