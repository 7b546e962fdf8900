import type { Json } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Field } from '@/components/ui/field';
import type { FieldControl } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Switch } from '@/components/ui/switch';
import type { Translator } from '@/i18n/translator';
import { GenerateButton } from './generate-button';
import type { Setting } from './settings-model';

const columns = {
  1: 'sm:col-span-1',
  2: 'sm:col-span-2',
  3: 'sm:col-span-3',
  4: 'sm:col-span-4',
  5: 'sm:col-span-5',
  6: 'sm:col-span-6',
} as const;

type SettingFieldProps = {
  setting: Setting;
  value: Json | undefined;
  /** A secret that is saved. */
  stored: boolean;
  disabled: boolean;
  error: string | undefined;
  onChange: (to: Json) => void;
};

/** One setting of a provider. */
export function SettingField({ setting, value, stored, disabled, error, onChange }: SettingFieldProps) {
  const t = useTranslations('settings.settingField');
  return (
    <Field
      className={columns[setting.columns ?? 6]}
      label={setting.title ?? setting.name}
      error={error}
      help={helpOf(t, { setting, value, stored })}
      action={setting.generate && !disabled ? <GenerateButton onMade={onChange} /> : undefined}
    >
      {(control) => <Control {...{ control, setting, value, stored, disabled, onChange }} />}
    </Field>
  );
}

function helpOf(
  t: Translator<'settings.settingField'>,
  { setting, value, stored }: Pick<SettingFieldProps, 'setting' | 'value' | 'stored'>,
): string | undefined {
  if (setting.kind === 'secret') return stored ? t('stored') : (setting.description ?? t('secret'));
  return setting.hints?.[String(value)] ?? setting.description;
}

type ControlProps = Omit<SettingFieldProps, 'error'> & { control: FieldControl };

function Control({ control, setting, value, stored, disabled, onChange }: ControlProps) {
  switch (setting.kind) {
    case 'select':
      return (
        <Select
          {...control}
          disabled={disabled}
          value={String(value ?? '')}
          options={setting.choices}
          onChange={onChange}
        />
      );
    case 'switch':
      return <Switch {...control} disabled={disabled} checked={value === true} onCheckedChange={onChange} />;
    case 'number':
      return (
        <Input
          {...control}
          type="number"
          min={setting.minimum}
          max={setting.maximum}
          value={typeof value === 'number' ? value : ''}
          onChange={(event) => onChange(Number.isNaN(event.target.valueAsNumber) ? '' : event.target.valueAsNumber)}
        />
      );
    case 'secret':
      return (
        <Input
          {...control}
          // One that was made here is to be copied before it is saved.
          type={setting.generate ? 'text' : 'password'}
          autoComplete="new-password"
          placeholder={stored ? '••••••••' : ''}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'made':
      return (
        <Input
          {...control}
          readOnly
          className="font-mono text-xs"
          value={String(value ?? '')}
          onFocus={(event) => event.target.select()}
        />
      );
    case 'text':
      return (
        <Input
          {...control}
          autoComplete="off"
          placeholder={setting.placeholder}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
