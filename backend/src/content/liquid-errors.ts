import { renderLimits } from './render-job.js';

/** How many values filters of LiquidJS throw without: one exactly, or two at least. */
const needsOne = ['append', 'prepend'];
const needsTwo = ['where_exp', 'reject_exp', 'group_by_exp', 'has_exp', 'find_exp', 'find_index_exp'];
const outOfTime = 'template render limit';

/** LiquidJS' message in our words; `slow` when it used up its time. */
export function sentenceOf(error: unknown): { message: string; slow: boolean } {
  const message = error instanceof Error ? error.message : String(error);
  return { message: wording(message), slow: message.includes(outOfTime) };
}

/** Where an error stands in its template, from 1; the beginning when that is not known. */
export function placeOf(error: unknown): { line: number; column: number } {
  const [line = 1, column = 1] =
    (error as { token?: { getPosition?: () => [number, number] } }).token?.getPosition?.() ?? [];
  return { line: Math.max(1, line), column: Math.max(1, column) };
}

/** Why a filter with so many values after its colon fails whatever they are; null when it need not. */
export function filterWords(name: string, values: number): string | null {
  if (needsOne.includes(name) && values !== 1)
    return values === 0
      ? `The filter “${name}” needs a value after the colon.`
      : `The filter “${name}” takes one value after the colon, not ${values}.`;
  if (needsTwo.includes(name) && values < 2)
    return `The filter “${name}” needs two values after the colon: a name for the item, and the condition in quotes.`;
  return null;
}

function wording(message: string): string {
  const filter = /(\w+) expect 2 arguments/.exec(message)?.[1];
  if (filter !== undefined)
    return message.replace(`${filter} expect 2 arguments`, `The filter “${filter}” needs one value after the colon`);
  if (message.includes(outOfTime)) return 'takes too long to render: make its loops shorter';
  if (message.includes('memory alloc limit')) return 'builds too much text or too long lists while rendering';
  if (message.includes('parse length limit')) return `is longer than ${renderLimits.templateLength} characters`;
  const at = message.indexOf('includes another template');
  return at > 0 ? message.slice(at) : message;
}
