'use client';

import type { LiveFigures } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { formatTime } from '../runs/format';
import { chooseVersion } from '../runs/run-url';

const all = 'all';

/** Whose figures are shown: all versions together, or one. There is nothing to choose while there is only one. */
export function VersionChoice({ live }: { live: LiveFigures }) {
  const t = useTranslations('editor-live.versionChoice');
  if (live.versions.length < 2) return null;
  const options = [
    { value: all, label: t('allVersions') },
    ...live.versions.map(({ number, publishedAt }) => ({
      value: String(number),
      label: t('option', { number, publishedAt: formatTime(publishedAt, { style: 'date' }) }),
    })),
  ];
  return (
    <div className="px-5 pt-4">
      <Select
        aria-label={t('version')}
        className="w-full"
        value={live.allVersions ? all : String(live.version)}
        options={options}
        onChange={(value) => chooseVersion(value === all ? null : Number(value))}
      />
      {live.allVersions ? (
        <p className="mt-1.5 text-xs text-muted">
          {t('note', { version: live.version ?? '', count: live.versions.length })}
        </p>
      ) : null}
    </div>
  );
}
