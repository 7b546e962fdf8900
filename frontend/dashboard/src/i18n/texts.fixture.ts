import { readdirSync, readFileSync } from 'node:fs';
import { createTranslator } from 'next-intl';
import type { Namespace, Translator } from './translator';

const folder = new URL('../../messages/en/', import.meta.url);

/** The texts of a language as its files hold them, by feature. */
export function filesOf(directory: URL): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    readdirSync(directory).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as Record<string, unknown>,
    ]),
  );
}

/** What `useTranslations` returns, outside a component. */
export function textsOf<Of extends Namespace>(namespace: Of): Translator<Of> {
  const create = createTranslator as unknown as (options: object) => Translator<Of>;
  return create({ locale: 'en', messages: filesOf(folder), namespace });
}
