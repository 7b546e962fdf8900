'use client';

import { api } from '@wend/contract/plain';
import type { Connection, ConnectionRule } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { useRouteConnection } from './use-connections';

type Draft = {
  enabled: boolean;
  countries: string;
  messageClass: 'any' | 'marketing' | 'transactional';
  topics: string;
  rate: string;
};

/** Which messages go out by a connection, and how fast. */
export function RoutingForm({ connection }: { connection: Connection }) {
  const t = useTranslations('settings.routingForm');
  const id = useId();
  const stored = draftOf(connection);
  const [draft, setDraft] = useState(stored);
  const toast = useToast();
  const may = useMay(api.saveConnection.access);
  const save = useRouteConnection(connection.id);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(stored);
  const put = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  return (
    <form
      noValidate
      className="px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(bodyOf(draft), { onSuccess: () => toast.say(t('saved')) });
      }}
    >
      <fieldset disabled={!may} className="grid gap-4 sm:grid-cols-2">
        <div className="flex items-center gap-3 sm:col-span-2">
          <Switch id={id} checked={draft.enabled} disabled={!may} onCheckedChange={(enabled) => put({ enabled })} />
          <label htmlFor={id} className="font-medium">
            {t('enabled')}
          </label>
        </div>
        <Field label={t('countries')} help={t('countriesHelp')} error={listError(save.error, 'countries')}>
          {(control) => (
            <Input
              {...control}
              value={draft.countries}
              placeholder={t('any')}
              onChange={(event) => put({ countries: event.target.value.toUpperCase() })}
            />
          )}
        </Field>
        <Field label={t('messageClass')} help={t('messageClassHelp')}>
          {(control) => (
            <Select
              {...control}
              className="w-full"
              disabled={!may}
              value={draft.messageClass}
              onChange={(messageClass) => put({ messageClass })}
              options={(['any', 'marketing', 'transactional'] as const).map((value) => ({
                value,
                label: t(`classes.${value}`),
              }))}
            />
          )}
        </Field>
        <Field label={t('topics')} help={t('topicsHelp')} error={listError(save.error, 'topics')}>
          {(control) => (
            <Input
              {...control}
              value={draft.topics}
              placeholder={t('any')}
              onChange={(event) => put({ topics: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('rate')} help={t('rateHelp')} error={fieldError(save.error, 'ratePerSecond')}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={draft.rate}
              placeholder={t('noLimit')}
              onChange={(event) => put({ rate: event.target.value })}
            />
          )}
        </Field>
      </fieldset>
      <FormError error={save.error} className="mt-3" />
      {may ? (
        <div className="mt-3 flex justify-end">
          <Button type="submit" busy={save.isPending} disabled={!isChanged}>
            {t('save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

function draftOf({ enabled, rule, ratePerSecond }: Connection): Draft {
  const classes = rule?.classes ?? [];
  return {
    enabled,
    countries: (rule?.countries ?? []).join(', '),
    messageClass: classes.length === 1 ? classes[0]! : 'any',
    topics: (rule?.topics ?? []).join(', '),
    rate: ratePerSecond === null ? '' : String(ratePerSecond),
  };
}

function bodyOf({ enabled, countries, messageClass, topics, rate }: Draft) {
  const rule: ConnectionRule = {
    ...(listOf(countries).length > 0 && { countries: listOf(countries) }),
    ...(messageClass !== 'any' && { classes: [messageClass] }),
    ...(listOf(topics).length > 0 && { topics: listOf(topics) }),
  };
  return {
    enabled,
    rule: Object.keys(rule).length > 0 ? rule : null,
    ratePerSecond: rate.trim() === '' ? null : Number(rate.replace(',', '.')),
  };
}

function listOf(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** A problem of one of the items is shown at the field. */
function listError(error: unknown, name: string): string | undefined {
  for (let index = 0; index < 20; index += 1) {
    const found = fieldError(error, `rule.${name}.${index}`);
    if (found !== undefined) return found;
  }
  return fieldError(error, `rule.${name}`);
}
