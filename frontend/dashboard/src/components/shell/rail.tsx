'use client';

import { api } from '@wend/contract/plain';
import { Activity, ChartPie, Inbox, LogOut, Monitor, Moon, Route, Settings, Sun, Users } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { Menu } from '@/components/ui/menu';
import { Tip } from '@/components/ui/tooltip';
import { useToast } from '@/components/ui/toast';
import { AlarmBell } from '@/features/alarms/alarm-bell';
import { ApprovalsLink } from '@/features/approvals/approvals-link';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useSession } from '@/lib/session';
import { applyTheme, parseTheme, themeCookie, themes } from '@/lib/theme';
import type { Theme } from '@/lib/theme';
import { Logo } from './logo';

const places = [
  { href: '/journeys', name: 'journeys', icon: Route },
  { href: '/profiles', name: 'profiles', icon: Users },
  { href: '/segments', name: 'segments', icon: ChartPie },
  { href: '/events', name: 'events', icon: Activity },
  { href: '/outbox', name: 'outbox', icon: Inbox },
] as const;
const settings = { href: '/settings', name: 'settings', icon: Settings } as const;

/**
 * Where one can go: at the left edge, at the bottom of a phone. Nothing is fetched before a click: of pages that are
 * made for each person Next fetches only that they exist, and asked the server four times for it while the page itself
 * was being drawn.
 */
export function Rail() {
  const t = useTranslations('shell.rail');
  return (
    <nav
      aria-label={t('main')}
      className="z-30 flex shrink-0 items-center gap-1 border-line bg-surface max-sm:h-(--rail) max-sm:justify-around max-sm:gap-0 max-sm:border-t max-sm:px-2 sm:w-(--rail) sm:flex-col sm:border-r sm:py-2.5"
    >
      <Link
        href="/journeys"
        prefetch={false}
        aria-label={t('home')}
        className="grid size-9 place-items-center rounded-lg text-accent max-sm:hidden sm:mb-1.5"
      >
        <Logo />
      </Link>
      {places.map((place) => (
        <Place key={place.href} {...place} />
      ))}
      <ApprovalsLink />
      <div className="flex-1 max-sm:hidden" />
      <AlarmBell />
      <Place {...settings} />
      <ThemeMenu />
      <MemberMenu />
    </nav>
  );
}

function Place({ href, name, icon: Icon }: (typeof places)[number] | typeof settings) {
  const t = useTranslations('shell.rail');
  const label = t(name);
  const path = usePathname();
  const here = path === href || path.startsWith(`${href}/`);
  return (
    <Tip label={label} side="right">
      <Link
        href={href}
        prefetch={false}
        aria-label={label}
        aria-current={here ? 'page' : undefined}
        className={cx(
          'grid size-9 place-items-center rounded-lg transition-colors',
          here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-canvas hover:text-ink',
        )}
      >
        <Icon size={18} strokeWidth={1.75} aria-hidden />
      </Link>
    </Tip>
  );
}

const railButton =
  'grid size-9 place-items-center rounded-lg text-muted transition-colors hover:bg-canvas hover:text-ink data-[state=open]:bg-canvas';
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const;

function ThemeMenu() {
  const t = useTranslations('shell.rail');
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(
    () =>
      setTheme(
        parseTheme(
          document.cookie
            .split('; ')
            .find((each) => each.startsWith(`${themeCookie}=`))
            ?.split('=')[1],
        ),
      ),
    [],
  );
  const Icon = themeIcons[theme];
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <Menu
      align="end"
      side="right"
      items={themes.map((each) => {
        const Each = themeIcons[each];
        return {
          label: t(`themes.${each}`),
          icon: <Each size={15} strokeWidth={1.75} />,
          checked: each === theme,
          onSelect: () => choose(each),
        };
      })}
    >
      <button type="button" aria-label={t('theme', { theme: t(`themes.${theme}`) })} className={railButton}>
        <Icon size={18} strokeWidth={1.75} aria-hidden />
      </button>
    </Menu>
  );
}

function MemberMenu() {
  const t = useTranslations('shell.rail');
  const roles = useTranslations('common.roles');
  const { member, workspace } = useSession();
  const toast = useToast();
  const signOut = () =>
    call(api.signOut).then(
      () => location.assign('/sign-in'),
      (error: unknown) => toast.fail(t('signOutFailed'), error),
    );
  return (
    <Menu
      align="end"
      side="right"
      items={[
        {
          heading: (
            <>
              <span className="block font-medium text-ink">{member.name}</span>
              <span className="block truncate">{member.email}</span>
              <span className="block">
                {workspace.name} · {roles(member.role)}
              </span>
            </>
          ),
        },
        'separator',
        { label: t('signOut'), icon: <LogOut size={15} strokeWidth={1.75} />, onSelect: () => void signOut() },
      ]}
    >
      <button
        type="button"
        aria-label={t('account', { name: member.name })}
        className="grid size-9 place-items-center rounded-lg hover:bg-canvas"
      >
        <Avatar name={member.name} className="rounded-md" />
      </button>
    </Menu>
  );
}
