'use client';

import { api } from '@wend/contract/plain';
import type { PreferencePage } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { ByLanguage } from './by-language';
import { usePreferencePage, useSavePreferencePage } from './use-topics';

/** How the page looks and speaks on which people choose what they get. */
export function PreferencePageSection() {
  const t = useTranslations('consents.page');
  const page = usePreferencePage();
  return (
    <Section title={t('title')} description={t('detail')}>
      {page.isPending ? <ListSkeleton rows={2} /> : null}
      {page.isError && !page.data ? (
        <ErrorState error={page.error} title={t('failed')} onRetry={() => void page.refetch()} />
      ) : null}
      {page.data ? <PageForm stored={page.data} /> : null}
    </Section>
  );
}

function PageForm({ stored }: { stored: PreferencePage }) {
  const t = useTranslations('consents.page');
  const [draft, setDraft] = useState(stored);
  const save = useSavePreferencePage();
  const toast = useToast();
  const may = useMay(api.savePreferencePage.access);
  const change = (some: Partial<PreferencePage>) => setDraft((before) => ({ ...before, ...some }));
  const textOf = (value: string) => (value.trim() === '' ? null : value.trim());
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft, { onSuccess: () => toast.say(t('saved')) });
      }}
    >
      <fieldset disabled={!may} className="space-y-4 p-4">
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
                  style={{ background: draft.color ?? '#1f6f54' }}
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
                      maxLength={100}
                      value={texts.title}
                      onChange={({ target }) => set({ title: target.value })}
                    />
                  )}
                </Field>
                <Field label={t('intro')} error={fieldError(save.error, `texts.${language}.intro`)}>
                  {(control) => (
                    <Input
                      {...control}
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
        <FormError error={save.error} />
        {may ? (
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        ) : null}
      </fieldset>
    </form>
  );
}
