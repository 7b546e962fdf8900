import type { ConnectionRule } from '@wend/contract';
import type { Translator } from '@/i18n/translator';
import { pageLanguage } from '@/lib/locale';

/** Which messages a connection is for: `South Korea · transactional`. */
export function ruleWords(
  t: Translator<'settings.connectionRow'>,
  { countries, classes, topics }: ConnectionRule,
): string {
  const list = (items: readonly string[]): string =>
    new Intl.ListFormat(pageLanguage(), { type: 'disjunction' }).format(items);
  const names = new Intl.DisplayNames(pageLanguage(), { type: 'region' });
  const parts = [
    ...(countries ? [list(countries.map((code) => names.of(code) ?? code))] : []),
    ...(classes ? [list(classes.map((each) => t(`classes.${each}`)))] : []),
    ...(topics ? [list(topics.map((topic) => t('topic', { topic })))] : []),
  ];
  return t('only', { rule: parts.join(', ') });
}
