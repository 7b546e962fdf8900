'use client';

import { Bell } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Tip } from '@/components/ui/tooltip';
import { cx } from '@/lib/cx';
import { useAlarmCount } from './use-alarms';

const mostShown = 9;

/** The way to the alarms, with how many are open. */
export function AlarmBell() {
  const t = useTranslations('shell.rail');
  const count = useAlarmCount() ?? 0;
  const here = usePathname().startsWith('/alarms');
  const label = t('alarms', { count });
  return (
    <Tip label={label} side="right">
      <Link
        href="/alarms"
        prefetch={false}
        aria-label={label}
        aria-current={here ? 'page' : undefined}
        className={cx(
          'relative grid size-9 place-items-center rounded-lg transition-colors',
          here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-canvas hover:text-ink',
        )}
      >
        <Bell size={18} strokeWidth={1.75} aria-hidden />
        {count > 0 ? (
          <span
            aria-hidden
            className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-bad px-1 text-[10px] leading-none font-semibold text-surface tabular-nums"
          >
            {count > mostShown ? `${mostShown}+` : count}
          </span>
        ) : null}
      </Link>
    </Tip>
  );
}
