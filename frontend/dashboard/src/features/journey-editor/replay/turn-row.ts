import type { Trace } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

type Turn = Extract<Trace, { kind: 'turn' }>;

/** Whether somebody was sent back, and for the how manieth time. */
export function turnRow(t: ReplayTexts['replay'], { turn, most }: Turn): WhyRow {
  return turn <= most
    ? { result: 'yes', text: t('why.sentBack'), seen: t('why.turn', { turn, most }) }
    : { result: 'no', text: t('why.sentBack'), seen: t('why.turnsOver', { most }) };
}
