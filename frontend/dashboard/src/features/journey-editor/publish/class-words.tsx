import { Mail } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useEditor } from '../store/editor-context';
import { messageClassesOf } from './message-classes';

const mostNames = 4;

/** What the messages of a draft pass, and whom they go to, by their class. */
export function ClassWords() {
  const t = useTranslations('editor-publish.classes');
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const { marketing, transactional, atAnyTime } = useMemo(() => messageClassesOf(graph, manifests), [graph, manifests]);
  if (marketing.length + transactional.length === 0) return null;
  const names = (all: string[]) => {
    const shown = all.slice(0, mostNames).map((name) => t('name', { name }));
    return t('names', { names: shown.join(', '), more: all.length - shown.length });
  };
  return (
    <section aria-label={t('title')} className="mt-4">
      <h3 className="mb-1.5 flex items-center gap-2 text-xs font-medium text-muted">
        <Mail size={14} strokeWidth={1.75} aria-hidden />
        {t('title')}
      </h3>
      <ul className="space-y-1">
        {marketing.length > 0 ? <li>{t('marketing', { count: marketing.length })}</li> : null}
        {atAnyTime.length > 0 ? <li className="text-warn">{t('atAnyTime', { names: names(atAnyTime) })}</li> : null}
        {transactional.length > 0 ? (
          <li>{t('transactional', { count: transactional.length, names: names(transactional) })}</li>
        ) : null}
      </ul>
    </section>
  );
}
