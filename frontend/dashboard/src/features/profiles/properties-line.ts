import type { Json, JsonObject, ProfileEvent } from '@wend/contract';
import { channelWords, messageEvents } from '@wend/contract/plain';
import type { Translator } from '@/i18n/translator';
import { reasonWords } from '../messages/reasons';

type Texts = Translator<'profiles.propertiesLine'>;

function short(t: Texts, value: Json): string {
  if (value === null) return t('none');
  if (Array.isArray(value)) return t('items', { count: value.length });
  if (typeof value === 'object') return '{…}';
  return String(value);
}

/** How many properties of an event fit into a line. */
const most = 4;

/** The first properties of an event in one line: `plan: free · total: 49`. */
export function propertiesLine(t: Texts, properties: JsonObject): string {
  const entries = Object.entries(properties);
  const line = entries
    .slice(0, most)
    .map(([name, value]) => `${name}: ${short(t, value)}`)
    .join(' · ');
  return entries.length > most ? `${line} · …` : line;
}

/** What an event of a message is about, by names: `Welcome mail · Welcome series · email`; null for other events. */
export function aboutLine(
  t: Translator<'messages.reasons'>,
  { about, properties }: Pick<ProfileEvent, 'about' | 'properties'>,
): string | null {
  if (!about) return null;
  const { url, reason } = properties;
  return [
    about.node,
    about.journey,
    channelWords(about.channel),
    typeof url === 'string' ? url : null,
    typeof reason === 'string' ? reasonWords(t, reason) : null,
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * Why a message is kept back. Those who wait for it hear that it failed, which is the event's name; nobody tried to
 * send it.
 */
const keptBack = new Set([
  'unsubscribed',
  'no-provider',
  'unreachable',
  'capped',
  'quiet',
  'aborted',
  'holdout',
  'expired',
]);

/** What an event is called: by its name, but for a message that was not sent. */
export function eventTitle(
  t: Texts,
  { name, about, properties }: Pick<ProfileEvent, 'name' | 'about' | 'properties'>,
): string {
  const { reason } = properties;
  return about && name === messageEvents.failed && typeof reason === 'string' && keptBack.has(reason)
    ? t('notSent')
    : name;
}
