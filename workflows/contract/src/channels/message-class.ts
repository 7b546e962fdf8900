/** Why a message is sent: to sell, or because of something that the person did, such as an order. */
export const messageClasses = ['marketing', 'transactional'] as const;
export type MessageClass = (typeof messageClasses)[number];

/** What the settings of a message step say; a step that says nothing is marketing. */
export function messageClassOf(config: Record<string, unknown>): MessageClass {
  return config['messageClass'] === 'transactional' ? 'transactional' : 'marketing';
}

/** What a message step says that its message is about; null where it says nothing. */
export function topicOf(config: Record<string, unknown>): string | null {
  const { topic } = config;
  return typeof topic === 'string' && topic.trim() !== '' ? topic.trim() : null;
}

/** What becomes of a message that a rule keeps back: it is skipped, or waits until it may go out. */
export const heldChoices = ['skip', 'wait'] as const;
export type HeldChoice = (typeof heldChoices)[number];

/** What becomes of a message whose person has had enough: a step that says nothing skips it. */
export function whenCapped(config: Record<string, unknown>): HeldChoice {
  return config['whenCapped'] === 'wait' ? 'wait' : 'skip';
}

/** The setting by which a message step gets a way out for those who have had enough messages. */
export const cappedSwitch = 'cappedPath';

/** What becomes of a message that comes into quiet hours: a step that says nothing sends it after them. */
export function whenQuiet(config: Record<string, unknown>): HeldChoice {
  return config['whenQuiet'] === 'skip' ? 'skip' : 'wait';
}

/** For how many hours a message that waits is of use where its step says nothing, and at most. */
export const latestHours = { usual: 24, most: 720 } as const;

/** For how many hours after it was queued a message that a rule keeps back is of use. */
export function latestHoursOf(config: Record<string, unknown>): number {
  const hours = config['latestHours'];
  return typeof hours === 'number' && hours > 0 ? Math.min(hours, latestHours.most) : latestHours.usual;
}
