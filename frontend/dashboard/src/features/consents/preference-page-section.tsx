'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { PreferencePage } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { SettingsForm, SettingsSection, useSaveSettings } from '@/components/form/settings-form';
import { Field, fieldError } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { ByLanguage } from './by-language';

const key = ['preference-page'] as const;
/** Where none is chosen; as the page has it. */
const usualColor = '#1f6f54';

/** How the page looks and speaks on which people choose what they get. */
export function PreferencePageSection() {
  const t = useTranslations('consents.page');
  const page = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.preferencePage, { signal }) });
  const detail = t.rich('detail', {
    code: (chunks) => <code className="font-mono whitespace-nowrap">{chunks}</code>,
  });
  return (
    <SettingsSection saved={page} words={{ title: t('title'), detail, failed: t('failed') }}>
      {(saved) => <PageForm saved={saved} />}
    </SettingsSection>
  );
}

function PageForm({ saved }: { saved: PreferencePage }) {
  const t = useTranslations('consents.page');
  const [typed, setTyped] = useState<PreferencePage | null>(null);
  const disabled = !useMay(api.savePreferencePage.access);
  const draft = typed ?? saved;
  const change = (some: Partial<PreferencePage>) => setTyped({ ...draft, ...some });
  const textOf = (value: string) => (value.trim() === '' ? null : value.trim());
  const save = useSaveSettings({
    key,
    call: (body: PreferencePage) => call(api.savePreferencePage, { body }),
    said: t('saved'),
    onSaved: () => setTyped(null),
  });
  return (
    <SettingsForm
      words={{ save: t('save') }}
      access={api.savePreferencePage.access}
      save={save}
      changed={typed !== null}
      onSave={() => save.mutate(draft)}
    >
      <fieldset disabled={disabled} className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_10rem]">
          <Field label={t('logo')} help={t('logoHelp')} error={fieldError(save.error, 'logo')}>
            {(control) => (
              <Input
                {...control}
                type="url"
                maxLength={2_000}
                value={draft.logo ?? ''}
                onChange={({ target }) => change({ logo: textOf(target.value) })}
              />
            )}
          </Field>
          <Field label={t('color')} help={t('colorHelp')} error={fieldError(save.error, 'color')}>
            {(control) => (
              <span className="flex items-center gap-2">
                <Input
                  {...control}
                  maxLength={7}
                  className="font-mono"
                  value={draft.color ?? ''}
                  onChange={({ target }) => change({ color: textOf(target.value) })}
                />
                <span
                  aria-hidden
                  className="size-8 shrink-0 rounded-md border border-line"
                  style={{ background: draft.color ?? usualColor }}
                />
              </span>
            )}
          </Field>
        </div>
        <div>
          <p className="font-medium">{t('texts')}</p>
          <p className="mb-2 text-xs text-muted">{t('textsHelp')}</p>
          <ByLanguage
            texts={draft.texts}
            blank={{ title: '', intro: '' }}
            onChange={(texts) => change({ texts })}
            words={{
              add: t('addLanguage'),
              remove: (language) => t('removeLanguage', { language }),
            }}
            fields={({ texts, language, change: set }) => (
              <>
                <Field label={t('pageTitle')} error={fieldError(save.error, `texts.${language}.title`)}>
                  {(control) => (
                    <Input
                      {...control}
                      lang={language}
                      maxLength={100}
                      value={texts.title}
                      onChange={({ target }) => set({ title: target.value })}
                    />
                  )}
                </Field>
                <Field label={t('intro')} error={fieldError(save.error, `texts.${language}.intro`)}>
                  {(control) => (
                    <Textarea
                      {...control}
                      rows={2}
                      lang={language}
                      maxLength={1_000}
                      value={texts.intro}
                      onChange={({ target }) => set({ intro: target.value })}
                    />
                  )}
                </Field>
              </>
            )}
          />
        </div>
      </fieldset>
    </SettingsForm>
  );
}
