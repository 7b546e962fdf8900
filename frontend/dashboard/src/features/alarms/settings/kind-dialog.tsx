'use client';

import { alarmKinds } from '@wend/contract/plain';
import type { AlarmField, AlarmKind } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { useToast } from '@/components/ui/toast';
import { useSaveAlarmSettings } from '../use-alarms';

export type StoredSettings = {
  kind: AlarmKind;
  enabled: boolean;
  breaker: boolean;
  settings: Record<string, number>;
};
type Subject = { about: 'journey' | 'connection'; id: string; name: string };

/** The limits of a kind: for the workspace, or for one journey or connection. */
export function KindDialog({
  stored,
  subject,
  onClose,
}: {
  stored: StoredSettings;
  subject: Subject | null;
  onClose: () => void;
}) {
  const t = useTranslations('alarms.kindDialog');
  const kinds = useTranslations('alarms.kinds');
  const toast = useToast();
  const save = useSaveAlarmSettings();
  const { kind } = stored;
  const { fields, breaker: limit } = alarmKinds[kind];
  const [enabled, setEnabled] = useState(stored.enabled);
  const [breaker, setBreaker] = useState(stored.breaker);
  const [values, setValues] = useState<Record<string, number | undefined>>(stored.settings);
  const shown = (fields as readonly AlarmField[]).filter(({ name }) => name !== limit || breaker);
  const missing = shown.some(({ name }) => values[name] === undefined);
  const submit = () => {
    const settings = Object.fromEntries(
      (fields as readonly AlarmField[]).flatMap(({ name, usual }) => [[name, values[name] ?? usual]]),
    );
    save.mutate(
      {
        kind,
        enabled,
        breaker,
        settings,
        ...(subject?.about === 'journey' && { journeyId: subject.id }),
        ...(subject?.about === 'connection' && { connectionId: subject.id }),
      },
      {
        onSuccess: () => {
          toast.say(t('saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={
        subject === null ? kinds(`${kind}.title`) : t('titleOf', { kind: kinds(`${kind}.title`), name: subject.name })
      }
      description={kinds(`${kind}.detail`)}
      onSubmit={submit}
      footer={
        <>
          <Button
            className="mr-auto"
            variant="ghost"
            onClick={() => setValues(Object.fromEntries(fields.map(({ name, usual }) => [name, usual])))}
          >
            {t('reset')}
          </Button>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={missing}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Checkbox checked={enabled} onChange={setEnabled} label={t('enabled')} help={t('enabledHelp')} />
        {shown
          .filter(({ name }) => name !== limit)
          .map((field) => (
            <NumberField
              key={field.name}
              field={field}
              value={values[field.name]}
              error={fieldError(save.error, `settings.${field.name}`)}
              onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          ))}
        {limit === null ? null : (
          <>
            <Checkbox checked={breaker} onChange={setBreaker} label={t('breaker')} help={t('breakerHelp')} />
            {shown
              .filter(({ name }) => name === limit)
              .map((field) => (
                <NumberField
                  key={field.name}
                  field={field}
                  value={values[field.name]}
                  error={fieldError(save.error, `settings.${field.name}`)}
                  onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
                />
              ))}
          </>
        )}
        <FormError error={save.error} />
      </div>
    </Dialog>
  );
}

type NumberFieldProps = {
  field: AlarmField;
  value: number | undefined;
  error: string | undefined;
  onChange: (value: number | undefined) => void;
};

function NumberField({ field, value, error, onChange }: NumberFieldProps) {
  const t = useTranslations('alarms');
  return (
    <Field
      label={t(`fields.${field.name}`)}
      error={error}
      help={t('kindDialog.between', { least: field.least, most: field.most })}
    >
      {(control) => <NumberInput {...control} value={value} unit={t(`units.${field.unit}`)} onChange={onChange} />}
    </Field>
  );
}
