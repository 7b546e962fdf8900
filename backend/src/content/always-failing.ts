import { TypeGuards, Value } from 'liquidjs';
import type { Tag, Template, Token } from 'liquidjs';
import { filterWords } from './liquid-errors.js';
import { renderLimits } from './render-job.js';

type Place = { line: number; column: number };
type Problem = { message: string } & Place;
type Loop = Tag & { collection: unknown; hash: { hash: Record<string, unknown> } };
type Given = { token: Token; message: string };

/** Turns of a loop that no machine makes in the time that a rendering has. */
const mostTurns = 5_000_000;
const conditional = ['if', 'unless', 'case'];
const loops = ['for', 'tablerow'];

/**
 * What fails for everybody once it is rendered, whatever the data: filters without the values that they need, and
 * ranges of fixed numbers that are beyond the limits of rendering. Nothing is rendered to find it; what hangs on the
 * data is not told.
 */
export function alwaysFailing(templates: Template[]): Problem[] {
  return [...found(templates, 1)].map(({ token, message }) => ({ message, ...placeOfToken(token) }));
}

/** `times`: how often these are rendered at least, once what they stand in is. */
function* found(templates: readonly Template[], times: number): Generator<Given> {
  for (const template of templates) {
    const name = nameOf(template);
    const size = loops.includes(name) ? rangeSize((template as Loop).collection) : null;
    for (const argument of argumentsOf(template)) yield* inArgument(argument, times);
    const turns = size === null || size === 0 || isCut(template) ? 1 : size * times;
    if (turns > mostTurns && times * (size ?? 0) <= renderLimits.memory)
      yield {
        token: template.token,
        message: `This loops ${counted(turns)} times, so no message could be rendered in time. Shorten the range.`,
      };
    // What is too much is told once, where it begins to be.
    else if (turns <= mostTurns)
      yield* found(childrenOf(template), conditional.includes(name) ? 1 : size === null ? times : turns);
  }
}

function* argumentsOf(template: Template): Generator<unknown> {
  const own = (template as { value?: unknown }).value;
  if (!template.arguments && own instanceof Value) yield own;
  yield* template.arguments?.() ?? [];
}

function* inArgument(argument: unknown, times: number): Generator<Given> {
  if (!(argument instanceof Value)) return yield* inTokens([argument], times);
  yield* inTokens(argument.initial.postfix, times);
  for (const filter of argument.filters) {
    const message = filterWords(filter.name, filter.args.length);
    if (message !== null) yield { token: (filter as unknown as { token: Token }).token, message };
    yield* inTokens(
      filter.args.map((each: unknown) => (Array.isArray(each) ? (each as unknown[])[1] : each)),
      times,
    );
  }
}

function* inTokens(tokens: Iterable<unknown>, times: number): Generator<Given> {
  for (const token of tokens) {
    const size = rangeSize(token);
    if (size !== null && size * times > renderLimits.memory)
      yield {
        token: token as Token,
        message: `This range has ${counted(size * times)} items, more than a message can use. Shorten it.`,
      };
  }
}

/** How many items a range of fixed numbers has; null for all else. */
function rangeSize(token: unknown): number | null {
  if (!TypeGuards.isRangeToken(token)) return null;
  const [from, to] = [token.lhs, token.rhs].map((each) => (TypeGuards.isNumberToken(each) ? each.content : null));
  return from == null || to == null ? null : Math.max(0, Math.floor(to - from) + 1);
}

/** Whether a loop may end before its range does. */
function isCut(loop: Template): boolean {
  const { hash } = (loop as Loop).hash;
  return 'limit' in hash || 'offset' in hash || leaves(childrenOf(loop));
}

function leaves(templates: readonly Template[]): boolean {
  return templates.some(
    (each) => ['break', 'continue', 'abort_message'].includes(nameOf(each)) || leaves(childrenOf(each)),
  );
}

function childrenOf(template: Template): Template[] {
  // Partials are all that a tag would have to wait for, and there are none.
  const step = template.children?.(false, true).next();
  return step?.done ? step.value : [];
}

function nameOf(template: Template): string {
  return (template as { name?: string }).name ?? '';
}

function placeOfToken(token: Token): Place {
  const [line = 1, column = 1] = token.getPosition();
  return { line: Math.max(1, line), column: Math.max(1, column) };
}

function counted(size: number): string {
  return size.toLocaleString('en-US');
}
