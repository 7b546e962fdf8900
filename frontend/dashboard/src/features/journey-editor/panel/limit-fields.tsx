'use client';

import type { EntryLimits } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { NumberInput } from '@/components/form/number-input';
import { Switch } from '@/components/ui/switch';
import { FieldRow } from '@/components/form/field-row';
import type { SettingsProps } from './journey-panel';

const limitsPath = ['settings', 'limits'] as const;
const holdoutPath = ['settings', 'holdout'] as const;
const limitNames = ['total', 'perDay', 'atOnce', 'perMinute'] as const;
/** What a holdout begins with, %. */
const usualHoldout = 10;

/** How many may come in, and how many are kept out on purpose. */
export function LimitFields({ settings: { limits, holdout }, change }: SettingsProps) {
  const t = useTranslations('editor-panel.limitFields');
  const set = (name: keyof EntryLimits, value: number | undefined) => {
    const { [name]: _old, ...rest } = limits ?? {};
    const next = value === undefined ? rest : { ...rest, [name]: value };
    change(limitsPath, Object.keys(next).length === 0 ? undefined : next);
  };
  return (
    <>
      <FieldRow path={limitsPath} label={t('limits')} help={t('limitsHelp')} as="group">
        {() => (
          <div className="grid grid-cols-2 gap-3">
            {limitNames.map((name) => (
              <FieldRow key={name} path={[...limitsPath, name]} label={t(`names.${name}`)}>
                {(control) => (
                  <NumberInput {...control} value={limits?.[name]} onChange={(value) => set(name, value)} />
                )}
              </FieldRow>
            ))}
          </div>
        )}
      </FieldRow>
      <FieldRow path={holdoutPath} label={t('holdout')} help={t('holdoutHelp')} inline>
        {(control) => (
          <Switch
            {...control}
            checked={holdout !== undefined}
            onCheckedChange={(on) => change(holdoutPath, on ? { percent: usualHoldout } : undefined)}
          />
        )}
      </FieldRow>
      {holdout ? (
        <FieldRow path={[...holdoutPath, 'control']} label={t('control')} help={t('controlHelp')} inline>
          {(control) => (
            <Switch
              {...control}
              checked={holdout.control === true}
              onCheckedChange={(on) => {
                const { control: _old, ...rest } = holdout;
                change(holdoutPath, on ? { ...rest, control: true } : rest);
              }}
            />
          )}
        </FieldRow>
      ) : null}
      {holdout ? (
        <FieldRow path={[...holdoutPath, 'percent']} label={t('holdoutShare')}>
          {(control) => (
            <NumberInput
              {...control}
              unit="%"
              className="w-32"
              value={holdout.percent}
              onChange={(percent) => {
                const { percent: _old, ...rest } = holdout;
                change(holdoutPath, percent === undefined ? rest : { ...rest, percent });
              }}
            />
          )}
        </FieldRow>
      ) : null}
    </>
  );
}
