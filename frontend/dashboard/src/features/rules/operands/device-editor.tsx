'use client';

import type { OperandOf } from '@wend/contract';
import { Smartphone } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FieldRow } from '@/components/form/field-row';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { CountField, countOf, isNever } from '../parts/count-field';
import { Sentence, Word } from '../parts/sentence';
import type { CompareProps, OperandEditor } from './operand-editor';

type Left = OperandOf<'device'>;
const platforms = ['ios', 'android', 'web'] as const;
const permissions = ['authorized', 'provisional', 'denied'] as const;
const any = 'any';

/** Devices of the person: of a platform, with a permission, with an app of some version. */
function DeviceEditor({ rule, left, path, onChange, control }: CompareProps<'device'>) {
  const t = useTranslations('editor-rules.deviceEditor');
  const platformWords = useTranslations('editor-rules.platforms');
  const permissionWords = useTranslations('editor-rules.permissions');
  const never = isNever(rule);
  const set = (fields: { [Name in keyof Left]?: Left[Name] | undefined }) => {
    const kept = Object.entries({ ...left, ...fields }).filter(([, value]) => value !== undefined && value !== '');
    onChange({ ...rule, left: Object.fromEntries(kept) as unknown as Left });
  };
  return (
    <div className="space-y-1.5">
      <Sentence>
        <Select
          aria-label={t('hasOrNot')}
          className="w-auto! shrink-0"
          value={never ? 'not' : 'has'}
          onChange={(next) => onChange({ ...rule, ...countOf(next === 'not') })}
          options={[
            { value: 'has', label: t('has') },
            { value: 'not', label: t('hasNot') },
          ]}
        />
        {never ? null : <CountField rule={rule} onChange={onChange} control={control} unit={t('devices')} />}
        <Select
          aria-label={t('platform')}
          className="w-auto! shrink-0"
          value={left.platform ?? any}
          onChange={(next) => set({ platform: platforms.find((each) => each === next) })}
          options={[
            { value: any as string, label: t('anyPlatform') },
            ...platforms.map((value) => ({ value: value as string, label: platformWords(value) })),
          ]}
        />
        <Select
          aria-label={t('permission')}
          className="w-auto! shrink-0"
          value={left.permission ?? any}
          onChange={(next) => set({ permission: permissions.find((each) => each === next) })}
          options={[
            { value: any as string, label: t('anyPermission') },
            ...permissions.map((value) => ({ value: value as string, label: permissionWords(value) })),
          ]}
        />
      </Sentence>
      <Sentence>
        <Word>{t('app')}</Word>
        <Input
          className="min-w-28 flex-1"
          aria-label={t('appId')}
          placeholder={t('anyApp')}
          spellCheck={false}
          value={left.app ?? ''}
          onChange={(event) => set({ app: event.target.value })}
        />
        {(['versionFrom', 'versionBelow'] as const).map((name) => (
          <div key={name} className="flex items-center gap-1.5">
            <Word>{t(`words.${name}`)}</Word>
            <FieldRow path={[...path, 'left', name]}>
              {(field) => (
                <Input
                  {...field}
                  className="w-20!"
                  aria-label={t(`labels.${name}`)}
                  placeholder={t('anyVersion')}
                  inputMode="decimal"
                  spellCheck={false}
                  value={left[name] ?? ''}
                  onChange={(event) => set({ [name]: event.target.value.trim() })}
                />
              )}
            </FieldRow>
          </div>
        ))}
      </Sentence>
    </div>
  );
}

export const device: OperandEditor<'device'> = {
  family: 'person',
  icon: Smartphone,
  blank: () => ({ left: { source: 'device' }, is: 'atLeast', value: 1 }),
  Editor: DeviceEditor,
};
