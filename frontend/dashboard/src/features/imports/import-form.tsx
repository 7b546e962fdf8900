'use client';

import type { ImportDetail, ImportSettings } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { FormError } from '@/components/ui/field';
import { useQueryState } from '@/lib/use-query-state';
import { ColumnsTable } from './columns-table';
import { ImportOptions } from './import-options';
import { Problems, Result } from './import-result';
import { useImportActions } from './use-imports';

type Found = NonNullable<ImportDetail['found']>;

type Known = { settings: ImportSettings | null; found: Found; segment: string | undefined };

/** What was chosen last, else what the file seems to be, for the segment whose page led here. */
function settingsOf({ settings, found, segment }: Known): ImportSettings {
  if (settings) return settings;
  const { delimiter, header, decimal, match, columns } = found;
  return {
    delimiter,
    header,
    decimal,
    match,
    columns: columns.map(({ guess }) => guess),
    ignoreCase: true,
    empty: 'keep',
    resubscribe: false,
    segmentId: segment ?? null,
    tell: false,
  };
}

/** Says what the columns are, tries it dry, and imports. */
export function ImportForm({ detail }: { detail: ImportDetail }) {
  const t = useTranslations('imports.run');
  const { read, check, start } = useImportActions(detail.id);
  const { found } = detail;
  const segment = useQueryState().get('segment');
  const [settings, setSettings] = useState<ImportSettings | null>(
    found && settingsOf({ settings: detail.settings, found, segment }),
  );
  if (!found || !settings) return null;
  const change = (part: Partial<ImportSettings>) => setSettings({ ...settings, ...part });
  const same = JSON.stringify(settings) === JSON.stringify(detail.settings);
  const busy = read.isPending || check.isPending || start.isPending;
  return (
    <div className="space-y-4">
      {detail.checked ? (
        <>
          <Result title={t('checkedTitle')} counts={detail.checked} {...(!same && { note: t('outdated') })} />
          {same ? <Problems detail={detail} /> : null}
        </>
      ) : null}
      <ColumnsTable
        found={found}
        columns={settings.columns}
        onChange={(columns) => change({ columns })}
        error={check.error ?? start.error}
      />
      <ImportOptions
        found={found}
        settings={settings}
        onChange={change}
        onRead={(as) => read.mutate({ delimiter: settings.delimiter, header: settings.header, ...as })}
      />
      <FormError error={read.error ?? check.error ?? start.error} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        {settings.segmentId !== null && settings.tell ? null : (
          <p className="mr-auto text-xs text-muted">{t('nothingStarts')}</p>
        )}
        <Button busy={check.isPending} disabled={busy} onClick={() => check.mutate(settings)}>
          {t('check')}
        </Button>
        <Button variant="primary" busy={start.isPending} disabled={busy} onClick={() => start.mutate(settings)}>
          {detail.checked && same ? t('startCount', { count: detail.checked.rows - detail.checked.bad }) : t('start')}
        </Button>
      </div>
    </div>
  );
}
