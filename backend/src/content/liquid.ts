import { Liquid, Value } from 'liquidjs';
import type { Context, Emitter, FilterImplOptions, TagToken, Template as Parsed, TopLevelToken } from 'liquidjs';
import { renderLimits } from './render-job.js';
import type { Template, Variables } from './render-job.js';

/** Thrown by `{% abort_message('why') %}`. */
class AbortMessage extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'AbortMessage';
  }
}

const parsedKept = 300;
const escapes = ['escape', 'escape_once', 'xml_escape'];
const dateFilters = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

type FilterFunction = Extract<FilterImplOptions, (...args: never[]) => unknown>;

function createEngine(escape: Template['escape']): Liquid {
  const engine = new Liquid({
    // Nothing is ever read from disk: templates that include others find an empty map.
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    timezoneOffset: 0,
    locale: 'en-US',
    parseLimit: renderLimits.templateLength,
    renderLimit: renderLimits.renderMs,
    memoryLimit: renderLimits.memory,
    ...(escape === 'html' ? { outputEscape: 'escape' as const } : {}),
  });
  // What is escaped by hand already must not be escaped again.
  for (const name of escape === 'html' ? escapes : []) engine.registerFilter(name, { raw: true, handler: functionOf(engine, name) });
  for (const name of dateFilters) engine.registerFilter(name, atRunTime(functionOf(engine, name)));
  engine.registerTag('abort_message', {
    parse(token: TagToken, _remaining: TopLevelToken[]) {
      const inside = /^\s*\((.*)\)\s*$/s.exec(token.args)?.[1] ?? token.args;
      this['reason'] = inside.trim() === '' ? null : new Value(inside, engine);
    },
    *render(context: Context, _emitter: Emitter): Generator<unknown, void, unknown> {
      const reason = this['reason'] ? yield (this['reason'] as Value).value(context) : null;
      throw new AbortMessage(typeof reason === 'string' && reason !== '' ? reason.slice(0, 300) : 'The template stopped this message.');
    },
  });
  return engine;
}

function functionOf(engine: Liquid, name: string): FilterFunction {
  const filter = engine.filters[name];
  const found = typeof filter === 'function' ? filter : filter?.handler;
  if (!found) throw new Error(`LiquidJS has no filter "${name}" any more.`);
  return found as FilterFunction;
}

/** `'now'` in a template is the run's time: in a test run, or late delivery, it differs from the clock. */
function atRunTime(filter: FilterFunction): FilterFunction {
  return function (value, ...args) {
    return filter.call(this, value === 'now' || value === 'today' ? this.context.getSync(['now']) : value, ...args);
  };
}

const engines = { html: createEngine('html'), none: createEngine('none') };
const parsed = new Map<string, Parsed[]>();

function parse({ source, escape }: Template): Parsed[] {
  const key = `${escape}:${source}`;
  const known = parsed.get(key);
  if (known) return known;
  const fresh = engines[escape].parse(source);
  if (parsed.size >= parsedKept) parsed.delete(parsed.keys().next().value!);
  parsed.set(key, fresh);
  return fresh;
}

export type LiquidResult = { ok: true; value: string } | { ok: false; aborted: string } | { ok: false; message: string; slow: boolean };

/** Renders one template under the limits; these are cooperative, the caller must be ready to kill the thread. */
export function renderTemplate(template: Template, { variables, renderMs }: { variables: Variables; renderMs: number }): LiquidResult {
  try {
    const value: unknown = engines[template.escape].renderSync(parse(template), variables, { renderLimit: renderMs });
    const text = String(value ?? '');
    return text.length > renderLimits.outputLength ? { ok: false, message: `comes out longer than ${renderLimits.outputLength} characters`, slow: false } : { ok: true, value: text };
  } catch (error) {
    const original = (error as { originalError?: unknown }).originalError;
    if (original instanceof AbortMessage) return { ok: false, aborted: original.reason };
    if (error instanceof AbortMessage) return { ok: false, aborted: error.reason };
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message: wording(message), slow: message.includes(outOfTime) };
  }
}

const outOfTime = 'template render limit';

function wording(message: string): string {
  if (message.includes(outOfTime)) return 'takes too long to render: make its loops shorter';
  if (message.includes('memory alloc limit')) return 'builds too much text or too long lists while rendering';
  if (message.includes('parse length limit')) return `is longer than ${renderLimits.templateLength} characters`;
  if (message.startsWith('ENOENT')) return 'includes another template; only what is written here can be used';
  return message;
}
