'use client';

import type { LucideIcon } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Tip } from '@/components/ui/tooltip';
import { cx } from '@/lib/cx';

const mostShown = 9;

type Props = { href: string; icon: LucideIcon; count: number; label: string; tone: 'bad' | 'accent' };

/** A way of the rail to a page, with how many wait there. */
export function RailCount({ href, icon: Icon, count, label, tone }: Props) {
  const here = usePathname().startsWith(href);
  return (
    <Tip label={label} side="right">
      <Link
        href={href}
        prefetch={false}
        aria-label={label}
        aria-current={here ? 'page' : undefined}
        className={cx(
          'relative grid size-9 place-items-center rounded-lg transition-colors',
          here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-canvas hover:text-ink',
        )}
      >
        <Icon size={18} strokeWidth={1.75} aria-hidden />
        {count > 0 ? (
          <span
            aria-hidden
            className={cx(
              'absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full px-1 text-[10px] leading-none font-semibold text-surface tabular-nums',
              tone === 'bad' ? 'bg-bad' : 'bg-accent',
            )}
          >
            {count > mostShown ? `${mostShown}+` : count}
          </span>
        ) : null}
      </Link>
    </Tip>
  );
}
