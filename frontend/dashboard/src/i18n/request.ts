import { getRequestConfig } from 'next-intl/server';
import { cookies, headers } from 'next/headers';
import { features, languageCookie, languageOf } from './languages';
import type { Feature } from './languages';

/** The texts of a request, by what its visitor reads. The server holds all of them; a page is sent what it shows. */
export default getRequestConfig(async () => {
  const locale = languageOf({
    cookie: (await cookies()).get(languageCookie)?.value,
    accept: (await headers()).get('accept-language'),
  });
  const files = await Promise.all(features.map(async (feature) => [feature, await load({ locale, feature })] as const));
  // The browser formats times in the zone of its viewer; the server writes none.
  return { locale, messages: Object.fromEntries(files), timeZone: 'UTC' };
});

async function load({ locale, feature }: { locale: string; feature: Feature }): Promise<Record<string, unknown>> {
  const file = (await import(`../../messages/${locale}/${feature}.json`)) as { default: Record<string, unknown> };
  return file.default;
}
