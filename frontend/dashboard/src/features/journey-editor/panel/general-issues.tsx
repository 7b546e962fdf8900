import type { Issue, JsonObject } from '@wend/contract';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { cx } from '@/lib/cx';
import { isEnd } from '../problems/sort-issues';
import { withFix } from './with-fix';

type GeneralIssuesProps = {
  issues: readonly Issue[];
  quiet: boolean;
  config: JsonObject;
  disabled: boolean;
  onChange: (change: { config: JsonObject; path: string }) => void;
};

/** Problems of a node that belong to none of its fields, and what mends them with one click. */
export function GeneralIssues({ issues, quiet, config, disabled, onChange }: GeneralIssuesProps) {
  const t = useTranslations('editor-panel.generalIssues');
  const general = issues.filter((issue) => !issue.path && !isEnd(issue) && !(quiet && issue.severity === 'warning'));
  if (general.length === 0) return null;
  return (
    <ul className="space-y-1.5">
      {general.map(({ severity, message, hint, fix }, index) => {
        const text = (fix?.before ?? fix?.after ?? '').trim();
        const mended = fix && !disabled ? withFix(config, fix) : null;
        return (
          <li
            key={index}
            className={cx(
              'flex gap-2 rounded-lg px-3 py-2',
              severity === 'error' ? 'bg-bad-soft text-bad' : 'bg-canvas text-muted',
            )}
          >
            {severity === 'error' ? (
              <TriangleAlert size={15} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
            ) : (
              <CircleAlert size={15} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
            )}
            <span className="min-w-0 flex-1">
              {message} {hint}
            </span>
            {fix && mended ? (
              <Button
                size="sm"
                className="shrink-0 self-start"
                onClick={() => onChange({ config: mended, path: fix.path })}
              >
                {t('insert', { text })}
              </Button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
