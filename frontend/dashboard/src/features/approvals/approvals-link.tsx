'use client';

import { Stamp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Tip } from '@/components/ui/tooltip';
import { cx } from '@/lib/cx';
import { useApprovalCount } from './use-approvals';

const mostShown = 9;

/** The way to the approvals, with how many wait for an answer. */
export function ApprovalsLink() {
  const t = useTranslations('shell.rail');
  const count = useApprovalCount() ?? 0;
  const here = usePathname().startsWith('/approvals');
  const label = t('approvals', { count });
  return (
    <Tip label={label} side="right">
      <Link
        href="/approvals"
        prefetch={false}
        aria-label={label}
        aria-current={here ? 'page' : undefined}
        className={cx(
          'relative grid size-9 place-items-center rounded-lg transition-colors',
          here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-canvas hover:text-ink',
        )}
      >
        <Stamp size={18} strokeWidth={1.75} aria-hidden />
        {count > 0 ? (
          <span
            aria-hidden
            className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-[10px] leading-none font-semibold text-surface tabular-nums"
          >
            {count > mostShown ? `${mostShown}+` : count}
          </span>
        ) : null}
      </Link>
    </Tip>
  );
}
