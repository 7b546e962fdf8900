import type { Issue, JsonObject } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { withoutSetting } from './without-setting';

type Props = {
  issues: readonly Issue[];
  config: JsonObject;
  disabled: boolean;
  onChange: (change: { config: JsonObject; path: string }) => void;
};

/**
 * Settings that no field shows, because the node does not know them: what is in the way must be removable where it is
 * said.
 */
export function UnknownSettings({ issues, config, disabled, onChange }: Props) {
  const t = useTranslations('editor-panel.unknownSettings');
  const unknown = issues.filter((issue) => issue.code === 'unknown-setting' && issue.path !== undefined);
  return unknown.map(({ path = '', message, hint }) => (
    <div
      key={path}
      data-field={path}
      className="flex items-start justify-between gap-3 rounded-lg bg-bad-soft px-3 py-2 text-bad"
    >
      <span>
        {message} {hint}
      </span>
      {!disabled && (
        <Button size="sm" variant="danger" onClick={() => onChange({ config: withoutSetting(config, path), path })}>
          {t('remove')}
        </Button>
      )}
    </div>
  ));
}
