import { SegmentedMessage } from 'sms-segments-calculator';

/**
 * Of these each is one unit and stands alone, so that there is nothing to divide: most texts hold nothing else, and are
 * only counted. Not the carriage return, which is one character with the line feed after it.
 */
const single = /^[A-Za-z0-9 \n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà]+$/;

export type SmsParts = { parts: number; encoding: 'gsm' | 'unicode' };

/**
 * How many messages a text becomes on the air: 160 GSM-7 units alone, 153 each when divided; with any character outside
 * that alphabet 70 and 67 UTF-16 units (3GPP TS 23.038 and 23.040). No character is divided. The dashboard counts by the
 * same library (features/messages/preview/sms-parts.ts), with the same vectors.
 */
export function smsParts(text: string): SmsParts {
  if (single.test(text)) return { encoding: 'gsm', parts: text.length <= 160 ? 1 : Math.ceil(text.length / 153) };
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName === 'GSM-7' ? 'gsm' : 'unicode',
    parts: text === '' ? 0 : message.segmentsCount,
  };
}
