import { capUnits } from '@wend/contract';
import type { Cap } from '@wend/contract';
import { DateTime } from 'luxon';

type Per = Cap['per'];

/** Since when messages count towards a limit, in ms since 1970. `zone`: where the person lives (IANA). */
export function windowStart(per: Per, { now, zone }: { now: number; zone: string }): number {
  if (per.kind === 'rolling') return now - lengthOf(per);
  return firstOf(DateTime.fromMillis(now, { zone }).startOf(per.unit));
}

/**
 * When there is room again, in ms since 1970, where `blocking` is the message that must have left the window for it.
 * The day after a clock change begins when its calendar says.
 */
export function allowedAgain(
  per: Per,
  { blocking, now, zone }: { blocking: number; now: number; zone: string },
): number {
  if (per.kind === 'rolling') return blocking + lengthOf(per);
  return firstOf(
    DateTime.fromMillis(now, { zone })
      .startOf(per.unit)
      .plus({ [per.unit]: 1 })
      .startOf(per.unit),
  );
}

/** A midnight that the clocks show twice (Havana, the Azores) begins its day the first time. */
function firstOf(midnight: DateTime): number {
  return Math.min(...midnight.getPossibleOffsets().map((each) => each.toMillis()));
}

function lengthOf({ amount, unit }: Extract<Per, { kind: 'rolling' }>): number {
  return amount * capUnits[unit] * 60_000;
}
