'use client';

import { useTranslations } from 'next-intl';
import { Checkbox } from '@/components/ui/checkbox';

type TellChoiceProps = { isNew: boolean; value: boolean; onChange: (tell: boolean) => void };

/** Whether journeys hear of those who come in or go because the rule itself was changed. */
export function TellChoice({ isNew, value, onChange }: TellChoiceProps) {
  const t = useTranslations('segments.form');
  return (
    <Checkbox
      label={isNew ? t('tellNew') : t('tellChanged')}
      help={isNew ? t('tellNewHelp') : t('tellChangedHelp')}
      checked={value}
      onChange={onChange}
    />
  );
}
