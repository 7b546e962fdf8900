'use client';

import type { ImportDelimiter, ImportDetail, ImportSettings } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Section } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { useManualSegments } from './use-imports';

type ImportOptionsProps = {
  found: NonNullable<ImportDetail['found']>;
  settings: ImportSettings;
  onChange: (part: Partial<ImportSettings>) => void;
  /** The file is to be read in another way. */
  onRead: (as: { delimiter?: ImportDelimiter; header?: boolean }) => void;
};

const delimiters = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;
const none = 'none';

export function ImportOptions({ settings, onChange, onRead }: ImportOptionsProps) {
  const t = useTranslations('imports.options');
  const consents = settings.columns.some(({ to }) => to === 'consent');
  return (
    <Section title={t('title')}>
      <div className="grid gap-x-6 gap-y-4 p-4 md:grid-cols-2">
        <div className="space-y-4">
          <Field label={t('match')} help={t('matchHelp')}>
            {(control) => (
              <Select
                {...control}
                value={settings.match}
                onChange={(match) => onChange({ match })}
                options={(['externalId', 'email'] as const).map((value) => ({ value, label: t(`matches.${value}`) }))}
              />
            )}
          </Field>
          {settings.match === 'email' ? (
            <Checkbox
              checked={settings.ignoreCase}
              onChange={(ignoreCase) => onChange({ ignoreCase })}
              label={t('ignoreCase')}
            />
          ) : null}
          <SegmentField settings={settings} onChange={onChange} />
          <Checkbox
            checked={settings.empty === 'remove'}
            onChange={(remove) => onChange({ empty: remove ? 'remove' : 'keep' })}
            label={t('remove')}
            help={t('removeHelp')}
          />
          {consents ? (
            <Checkbox
              checked={settings.resubscribe}
              onChange={(resubscribe) => onChange({ resubscribe })}
              label={t('resubscribe')}
              help={t('resubscribeHelp')}
            />
          ) : null}
        </div>
        <div className="space-y-4">
          <Field label={t('separator')}>
            {(control) => (
              <Select
                {...control}
                value={delimiters[settings.delimiter]}
                onChange={(name) => onRead({ delimiter: delimiterOf(name) })}
                options={Object.values(delimiters).map((value) => ({ value, label: t(`separators.${value}`) }))}
              />
            )}
          </Field>
          <Field label={t('decimal')}>
            {(control) => (
              <Select
                {...control}
                value={settings.decimal}
                onChange={(decimal) => onChange({ decimal })}
                options={[
                  { value: '.', label: '1234.5' },
                  { value: ',', label: '1234,5' },
                ]}
              />
            )}
          </Field>
          <Checkbox checked={settings.header} onChange={(header) => onRead({ header })} label={t('header')} />
        </div>
      </div>
    </Section>
  );
}

function delimiterOf(name: (typeof delimiters)[ImportDelimiter]): ImportDelimiter {
  const signs = Object.keys(delimiters) as ImportDelimiter[];
  return signs.find((sign) => delimiters[sign] === name)!;
}

function SegmentField({ settings, onChange }: Pick<ImportOptionsProps, 'settings' | 'onChange'>) {
  const t = useTranslations('imports.options');
  const segments = useManualSegments();
  return (
    <>
      <Field label={t('segment')} help={t('segmentHelp')}>
        {(control) => (
          <Select
            {...control}
            value={settings.segmentId ?? none}
            onChange={(value) => onChange({ segmentId: value === none ? null : value })}
            options={[
              { value: none, label: t('noSegment') },
              ...(segments.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
      {settings.segmentId === null ? null : (
        <Checkbox checked={settings.tell} onChange={(tell) => onChange({ tell })} label={t('tell')} />
      )}
    </>
  );
}
