'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useToast } from '@/components/ui/toast';
import { countries } from '@/features/workspace/place';
import { PlaceFields } from '@/features/workspace/place-fields';
import { call } from '@/lib/api-client';
import { useMay, useSession } from '@/lib/session';

const noCountry = 'none';

/** Name, zone and language; those who may not change them see them. */
export function WorkspaceSettings() {
  const t = useTranslations('settings.workspaceSettings');
  const { workspace } = useSession();
  const [settings, setSettings] = useState({
    name: workspace.name,
    timeZone: workspace.timeZone,
    language: workspace.language,
    country: workspace.country,
    linkDomain: workspace.linkDomain,
    countProxyOpens: workspace.countProxyOpens,
  });
  const disabled = !useMay(api.updateWorkspace.access);
  const toast = useToast();
  const router = useRouter();
  const save = useMutation({
    mutationFn: () => call(api.updateWorkspace, { body: settings }),
    // The session is read by the server's layout.
    onSuccess: () => {
      toast.say(t('saved'));
      router.refresh();
    },
  });
  return (
    <Section title={t('workspace')} description={disabled ? t('readOnly') : t('detail')}>
      <form
        className="grid max-w-sm gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Field label={t('name')} error={fieldError(save.error, 'name')}>
          {(control) => (
            <Input
              {...control}
              required
              disabled={disabled}
              maxLength={120}
              value={settings.name}
              onChange={(event) => setSettings({ ...settings, name: event.target.value })}
            />
          )}
        </Field>
        <PlaceFields
          value={settings}
          onChange={(next) => setSettings({ ...settings, ...next })}
          error={save.error}
          disabled={disabled}
        />
        <Field label={t('country')} help={t('countryHelp')} error={fieldError(save.error, 'country')}>
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={settings.country ?? noCountry}
              onChange={(next) => setSettings({ ...settings, country: next === noCountry ? null : next })}
              options={[{ value: noCountry, label: t('noCountry') }, ...countries()]}
            />
          )}
        </Field>
        <Field label={t('linkDomain')} help={t('linkDomainHelp')} error={fieldError(save.error, 'linkDomain')}>
          {(control) => (
            <Input
              {...control}
              disabled={disabled}
              maxLength={253}
              spellCheck={false}
              placeholder={t('linkDomainPlaceholder')}
              value={settings.linkDomain ?? ''}
              onChange={(event) => setSettings({ ...settings, linkDomain: event.target.value.trim() || null })}
            />
          )}
        </Field>
        <Checkbox
          label={t('countProxyOpens')}
          help={t('countProxyOpensDetail')}
          disabled={disabled}
          checked={settings.countProxyOpens}
          onChange={(countProxyOpens) => setSettings({ ...settings, countProxyOpens })}
        />
        <FormError error={save.error} />
        {disabled ? null : (
          <div>
            <Button type="submit" variant="primary" busy={save.isPending}>
              {t('save')}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
}
