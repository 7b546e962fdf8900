import { SegmentedMessage } from 'sms-segments-calculator';

/**
 * How many messages a text becomes on the air: 160 GSM-7 units alone, 153 each when divided; with any character outside
 * that alphabet 70 and 67 UTF-16 units (3GPP TS 23.038 and 23.040). No character is divided: neither an emoji nor the
 * two units of `€` or `[`.
 */
export function smsParts(text: string): { encoding: 'gsm' | 'unicode'; characters: number; parts: number } {
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName === 'GSM-7' ? 'gsm' : 'unicode',
    characters: message.numberOfCharacters,
    parts: text === '' ? 0 : message.segmentsCount,
  };
}
