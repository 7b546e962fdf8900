'use client';

import { api } from '@wend/contract/plain';
import type { SuppressionSettings } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { useSaveSuppressionSettings, useSuppressionSettings } from './use-suppressions';

/** How many soft bounces suppress an address. */
export function SoftBounceRule() {
  const t = useTranslations('suppressions.rules');
  const settings = useSuppressionSettings();
  return (
    <Section title={t('title')} description={t('detail')}>
      {settings.isPending ? <ListSkeleton rows={1} /> : null}
      {settings.isError && !settings.data ? (
        <ErrorState error={settings.error} title={t('failed')} onRetry={() => void settings.refetch()} />
      ) : null}
      {settings.data ? <RuleForm stored={settings.data} /> : null}
    </Section>
  );
}

function RuleForm({ stored }: { stored: SuppressionSettings }) {
  const t = useTranslations('suppressions.rules');
  const [values, setValues] = useState({ bounces: String(stored.softBounces), days: String(stored.softBounceDays) });
  const save = useSaveSuppressionSettings();
  const toast = useToast();
  const may = useMay(api.saveSuppressionSettings.access);
  const next = { softBounces: Number(values.bounces), softBounceDays: Number(values.days) };
  const changed = next.softBounces !== stored.softBounces || next.softBounceDays !== stored.softBounceDays;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(next, { onSuccess: () => toast.say(t('saved')) });
      }}
    >
      <fieldset disabled={!may} className="grid gap-4 p-4 sm:grid-cols-2">
        <Field label={t('bounces')} error={fieldError(save.error, 'softBounces')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              max={100}
              value={values.bounces}
              onChange={(event) => setValues({ ...values, bounces: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('days')} error={fieldError(save.error, 'softBounceDays')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              min={1}
              max={60}
              value={values.days}
              onChange={(event) => setValues({ ...values, days: event.target.value })}
            />
          )}
        </Field>
      </fieldset>
      <FormError error={save.error} className="mx-4 mb-4" />
      {may ? (
        <div className="flex justify-end border-t border-line px-4 py-3">
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!changed}>
            {t('save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
