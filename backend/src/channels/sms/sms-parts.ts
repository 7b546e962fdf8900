import { SegmentedMessage } from 'sms-segments-calculator';

export type SmsParts = { parts: number; encoding: 'gsm' | 'unicode' };

/**
 * How many messages a text becomes on the air: 160 GSM-7 units alone, 153 each when divided; with any character outside
 * that alphabet 70 and 67 UTF-16 units (3GPP TS 23.038 and 23.040). No character is divided. The dashboard counts by the
 * same library (features/messages/preview/sms-parts.ts), with the same vectors.
 */
export function smsParts(text: string): SmsParts {
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName === 'GSM-7' ? 'gsm' : 'unicode',
    parts: text === '' ? 0 : message.segmentsCount,
  };
}
