import { entryFields, entryWords, liquidPath } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useEditor } from '../../store/editor-context';
import { propertiesOfEvent, useKnownNames } from '@/features/rules/use-known-names';
import { useResults } from '../use-results';

/** A variable that a message may use, with where it comes from. */
export type LiquidWord = { name: string; detail: string };

const ownFields = ['external_id', 'email', 'phone', 'timezone', 'locale'];

/** `profile.*`, `entry.*` of the entries, `run.<node>.*` of steps before this one. */
export function useLiquidWords(): LiquidWord[] {
  const t = useTranslations('editor-form.useLiquidWords');
  const results = useResults();
  const names = useKnownNames();
  const graph = useEditor((state) => state.graph);
  const manifestMap = useEditor((state) => state.manifestMap);
  return useMemo(() => {
    const given = { graph, manifests: manifestMap };
    return [
      ...[...new Set([...names.traits, ...ownFields])].map((trait) => ({
        name: liquidPath('profile', trait),
        detail: ownFields.includes(trait) && !names.traits.includes(trait) ? t('profile') : t('trait'),
      })),
      ...entryFields({ ...given, propertiesOf: (event) => propertiesOfEvent(names, event) }).map((field) => ({
        name: liquidPath('entry', field),
        detail: t('of', {
          names: entryWords(given)
            .map(({ name }) => name)
            .join(', '),
        }),
      })),
      ...results.map(({ path, step }) => ({ name: liquidPath('run', path), detail: t('result', { name: step }) })),
    ];
  }, [graph, manifestMap, names, results, t]);
}
