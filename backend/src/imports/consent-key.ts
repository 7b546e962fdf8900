/** A channel, or a topic on it, as one text: neither has spaces. */
export function consentKey({ channel, topic }: { channel: string; topic?: string | undefined }): string {
  return topic === undefined || topic === '' ? channel : `${channel} ${topic}`;
}

export function readConsentKey(key: string): { channel: string; topic: string } {
  const [channel = '', topic = ''] = key.split(' ');
  return { channel, topic };
}
