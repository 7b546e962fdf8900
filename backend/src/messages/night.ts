import type { ChannelDefinition } from '@wend/contract';
import { DateTime } from 'luxon';

/**
 * Until when a channel's network takes nothing, in ms since 1970; null while it does. Its end is the first instant at
 * which the clock of its zone shows that time.
 */
export function nightUntil({ night }: Pick<ChannelDefinition, 'night'>, now: number): number | null {
  if (!night) return null;
  const local = DateTime.fromMillis(now, { zone: night.zone });
  const time = local.toFormat('HH:mm');
  const { from, to } = night;
  const within = from < to ? time >= from && time < to : time >= from || time < to;
  if (!within) return null;
  const [hour = 0, minute = 0] = to.split(':').map(Number);
  const end = local.set({ hour, minute, second: 0, millisecond: 0 });
  return (end <= local ? end.plus({ days: 1 }) : end).toMillis();
}

/** Why a message waits for the end of the night, for those who look for it. */
export function nightWords({ label, night }: Pick<ChannelDefinition, 'label' | 'night'>): string | null {
  return night
    ? `Waits until ${night.to} (${night.zone}): ${label} delivers only transactional messages from ${night.from}.`
    : null;
}
