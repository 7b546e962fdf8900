'use client';

import { BellOff, BellRing } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Menu } from '@/components/ui/menu';

/** How long somebody usually wants not to hear of something: an hour, a working day, a day, a week. */
const choices = [1, 8, 24, 168] as const;

/** Mutes for some hours, or ends that. `what`: for those who don’t see what stands beside it. */
export function MuteMenu({
  muted,
  what,
  busy,
  onMute,
}: {
  muted: boolean;
  what: string;
  busy: boolean;
  onMute: (hours: number) => void;
}) {
  const t = useTranslations('alarms.mute');
  const icon = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const;
  if (muted)
    return (
      <Button
        size="sm"
        busy={busy}
        icon={<BellRing {...icon} />}
        aria-label={t('unmuteWhat', { what })}
        onClick={() => onMute(0)}
      >
        {t('unmute')}
      </Button>
    );
  return (
    <Menu items={choices.map((hours) => ({ label: t('for', { hours }), onSelect: () => onMute(hours) }))}>
      <Button size="sm" busy={busy} icon={<BellOff {...icon} />} aria-label={t('muteWhat', { what })}>
        {t('mute')}
      </Button>
    </Menu>
  );
}
