'use client';

import { useTranslations } from 'next-intl';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { Section } from '@/components/ui/card';
import { useAlarmSettings } from '../use-alarms';
import { KindsSettings } from './kinds-settings';
import { OverridesSettings } from './overrides-settings';
import { TargetsSettings } from './targets-settings';

/** When alarms are raised, for whom it differs, and who is told. */
export function AlarmsSettings() {
  const t = useTranslations('alarms.settings');
  const settings = useAlarmSettings();
  if (!settings.data)
    return (
      <Section title={t('title')} description={t('detail')}>
        {settings.isError ? (
          <ErrorState error={settings.error} title={t('failed')} onRetry={() => void settings.refetch()} />
        ) : (
          <ListSkeleton rows={6} />
        )}
      </Section>
    );
  const { kinds, overrides, targets } = settings.data;
  return (
    <>
      <TargetsSettings targets={targets} />
      <KindsSettings kinds={kinds} />
      <OverridesSettings overrides={overrides} kinds={kinds} />
    </>
  );
}
