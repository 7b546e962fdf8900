/** The languages that there are texts in: folders of `messages/`. The first stands in for every other. */
export const languages = ['en'] as const;
export type Language = (typeof languages)[number];
export const languageCookie = 'wend-language';

/** The files of a language: one per feature, and one for what all pages share. */
export const features = [
  'access',
  'alarms',
  'approvals',
  'business-events',
  'common',
  'consents',
  'delivery',
  'demo-shop',
  'editor-canvas',
  'editor-compare',
  'editor-form',
  'editor-live',
  'editor-palette',
  'editor-panel',
  'editor-problems',
  'editor-publish',
  'editor-replay',
  'editor-rules',
  'editor-runs',
  'editor-schedule',
  'editor-shell',
  'editor-store',
  'editor-test-run',
  'editor-test-send',
  'editor-trial',
  'events',
  'http-connections',
  'imports',
  'journeys',
  'ledger',
  'messages',
  'outbox',
  'places',
  'profiles',
  'segments',
  'sending',
  'settings',
  'shell',
  'suppressions',
  'ways-in',
  'workspace',
] as const;
export type Feature = (typeof features)[number];

/** What the journey editor shows, in all its layers. */
export const editorFeatures = features.filter(
  (feature) =>
    [
      'approvals',
      'consents',
      'delivery',
      'http-connections',
      'journeys',
      'messages',
      'places',
      'segments',
      'ways-in',
    ].includes(feature) || feature.startsWith('editor-'),
);

type Asked = { cookie?: string | undefined; accept?: string | null };

/** The language of a visitor: what the cookie says, else the first that the browser asks for and that exists. */
export function languageOf({ cookie, accept }: Asked): Language {
  const wishes = (accept ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const weight = rest.map((each) => /^\s*q=([\d.]+)$/.exec(each)?.[1]).find(Boolean);
      return { tag, weight: weight ? Number(weight) : 1 };
    })
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
  for (const wish of [cookie ?? '', ...wishes]) {
    const found = languages.find((language) => language === wish.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return languages[0];
}
