'use client';

import { Bell } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { RailCount } from '@/components/shell/rail-count';
import { useAlarmCount } from './use-alarms';

/** The way to the alarms, with how many are open. */
export function AlarmBell() {
  const t = useTranslations('shell.rail');
  const count = useAlarmCount() ?? 0;
  return <RailCount href="/alarms" icon={Bell} count={count} label={t('alarms', { count })} tone="bad" />;
}
