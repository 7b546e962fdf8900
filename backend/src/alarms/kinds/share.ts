import type { KindCode, Settings, Verdict } from '../kind.js';

/** So much below its limit a share has to be until the alarm is over. */
const calmBelow = 0.8;

export type ShareFigures = {
  total: number;
  bad: number;
  channels: string[];
  lastError?: string | null;
};

/** Of 100. What went wrong may have gone out before the time that is looked at. */
export function shareOf({ total, bad }: Pick<ShareFigures, 'total' | 'bad'>): number {
  return total + bad === 0 ? 0 : (100 * bad) / Math.max(total, bad);
}

/** `least`: so many have to be bad, however few there are. */
export function judgeShare({ least }: { least: number }): Pick<Required<KindCode<ShareFigures>>, 'judge' | 'trips'> {
  const enough = ({ total, bad }: ShareFigures, { messages = 1 }: Settings) => Math.max(total, bad) >= messages;
  return {
    judge: (figures, settings): Verdict => {
      const { percent = 100, messages = 1 } = settings;
      const share = shareOf(figures);
      if (share > percent && figures.bad >= least && enough(figures, settings)) return 'over';
      // Half as many still say something about whether it is over.
      return share > percent * calmBelow && enough(figures, { messages: messages / 2 }) ? 'near' : 'calm';
    },
    trips: (figures, settings) =>
      shareOf(figures) > (settings['breakerPercent'] ?? 100) && figures.bad >= least && enough(figures, settings),
  };
}
