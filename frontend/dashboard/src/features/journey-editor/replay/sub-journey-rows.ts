import type { Trace } from '@wend/contract';
import { namedRows } from './act-rows';
import type { ReplayTexts } from './replay-texts';
import type { WhyRow } from './why';

/** What went into a sub-journey, or why its steps were passed by. */
export function inputsRows({ replay: t }: ReplayTexts, trace: Extract<Trace, { kind: 'inputs' }>): WhyRow[] {
  const { problem, inputs = {} } = trace;
  if (problem) return [{ result: 'no', text: t('why.inputsFailed'), seen: problem.message }];
  return [{ result: 'yes', text: t('why.goesInside') }, ...namedRows(inputs)];
}

/** What a sub-journey came to. */
export function resultRows({ replay: t }: ReplayTexts, { result }: Extract<Trace, { kind: 'result' }>): WhyRow[] {
  return [{ result: 'info', text: t('why.comesOut'), ...(result === null ? {} : { seen: result }) }];
}
