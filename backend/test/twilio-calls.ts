import { createHmac } from 'node:crypto';

/** What Twilio tells of a message that arrived. */
export const receiptFields = { MessageSid: 'SM1', MessageStatus: 'delivered', To: '+31612345678' };

/** As Twilio signs a call to this address; `fields` are those of a POST. */
export function twilioSignature(url: string, authToken: string, fields: Record<string, string> = {}): string {
  const signed =
    url +
    Object.keys(fields)
      .sort()
      .map((name) => name + fields[name])
      .join('');
  return createHmac('sha1', authToken).update(signed).digest('base64');
}
