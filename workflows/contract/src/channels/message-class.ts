/** Why a message is sent: to sell, or because of something that the person did, such as an order. */
export const messageClasses = ['marketing', 'transactional'] as const;
export type MessageClass = (typeof messageClasses)[number];

/** What the settings of a message step say; a step that says nothing is marketing. */
export function messageClassOf(config: Record<string, unknown>): MessageClass {
  return config['messageClass'] === 'transactional' ? 'transactional' : 'marketing';
}
