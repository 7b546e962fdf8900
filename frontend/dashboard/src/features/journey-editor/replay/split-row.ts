import type { Instruction, Program } from '@wend/contract';
import { formatShare } from '../runs/format';
import type { VisitMoment } from './replay-model';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

type SplitRowOptions = { texts: ReplayTexts; detail: { program?: unknown }; moment: VisitMoment; draw: number };

/** Where somebody went by chance: the share of that path, what was drawn, and for how long it holds. */
export function splitRow({ texts: { replay: t }, detail, moment, draw }: SplitRowOptions): WhyRow {
  const program = detail.program as Program | null | undefined;
  const split = program?.instructions.find(
    (each): each is Extract<Instruction, { op: 'split' }> => each.op === 'split' && each.node === moment.node,
  );
  const total = split?.arms.reduce((sum, arm) => sum + arm.weight, 0) ?? 0;
  const arm = split?.arms.find((each) => each.target.port === moment.port);
  const share = formatShare(draw);
  return {
    result: 'yes',
    strong: moment.portLabel ?? '',
    text: arm && total > 0 ? t('why.share', { share: formatShare(arm.weight / total) }) : t('why.chosen'),
    seen: split?.by === 'person' ? t('why.drawnPerPerson', { share }) : t('why.drawnPerRun', { share }),
  };
}
