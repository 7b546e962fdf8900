const gsmBasic = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const gsmExtended = '\f^{}\\[~]|€';

/**
 * How many messages a text becomes on the air: 160 GSM-7 units alone, 153 each when split; with any character outside that
 * alphabet 70 and 67 UTF-16 units (3GPP TS 23.038 and 23.040).
 */
export function smsParts(text: string): { encoding: 'gsm' | 'unicode'; characters: number; parts: number } {
  const characters = [...text];
  const gsm = characters.every((each) => gsmBasic.includes(each) || gsmExtended.includes(each));
  const units = gsm ? characters.reduce((sum, each) => sum + (gsmExtended.includes(each) ? 2 : 1), 0) : text.length;
  const [alone, split] = gsm ? [160, 153] : [70, 67];
  return { encoding: gsm ? 'gsm' : 'unicode', characters: characters.length, parts: units === 0 ? 0 : units <= alone ? 1 : Math.ceil(units / split) };
}
