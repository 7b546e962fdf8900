import { Liquid, Value, toValue } from 'liquidjs';
import type { Context, Emitter, FilterImplOptions, TagToken, TopLevelToken } from 'liquidjs';
import { registerDateFilters } from './date-filters.js';
import { Placed, jsonOf, textOf } from './placement.js';
import { renderLimits } from './render-job.js';
import type { Escape } from './render-job.js';

/** Thrown by `{% abort_message('why') %}`. */
export class AbortMessage extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'AbortMessage';
  }
}

type Filter = Extract<FilterImplOptions, (...args: never[]) => unknown>;

/** Filters whose result is right for the place as it is; with `raw`. */
const finished: Record<Escape, string[]> = {
  html: ['escape', 'escape_once', 'xml_escape'],
  json: ['json', 'jsonify'],
  url: ['url_encode', 'cgi_escape', 'uri_escape'],
  form: ['url_encode', 'cgi_escape'],
  line: [],
  none: [],
};
const others = ['include', 'render', 'layout', 'block'];

const engines = new Map<Escape, Liquid>();

/**
 * The one LiquidJS with Wend's tags and filters, for what stands in a place of this kind. Nothing is ever read from
 * disk.
 */
export function engineFor(escape: Escape): Liquid {
  const known = engines.get(escape);
  if (known) return known;
  const engine = createEngine(escape);
  engines.set(escape, engine);
  return engine;
}

function createEngine(escape: Escape): Liquid {
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: renderLimits.templateLength,
    renderLimit: renderLimits.renderMs,
    memoryLimit: renderLimits.memory,
    outputEscape: escape === 'html' ? escapedHtml : (value: unknown) => placed(value, false) as unknown as string,
  });
  const escapeFilter = functionOf(engine, 'escape');
  function escapedHtml(this: ThisParameterType<Filter>, value: unknown): string {
    return escapeFilter.call(this, textOf(toValue(value))) as string;
  }
  for (const name of ['json', 'jsonify'])
    engine.registerFilter(name, (value: unknown, space?: number) => jsonOf(toValue(value), space));
  registerDateFilters(engine);
  for (const name of [...finished[escape], 'raw'])
    engine.registerFilter(name, { raw: true, handler: finishing(functionOf(engine, name), escape) });
  for (const name of others) registerOther(engine, name);
  registerAbort(engine);
  return engine;
}

function placed(value: unknown, raw: boolean): Placed {
  return value instanceof Placed ? value : new Placed(toValue(value), raw);
}

function finishing(filter: Filter, escape: Escape): Filter {
  if (escape === 'html') return filter;
  return function (value, ...args) {
    return placed(filter.call(this, value, ...args), true);
  };
}

function functionOf(engine: Liquid, name: string): Filter {
  const filter = engine.filters[name];
  const found = typeof filter === 'function' ? filter : filter?.handler;
  if (!found) throw new Error(`LiquidJS has no filter "${name}" any more.`);
  return found as Filter;
}

function registerOther(engine: Liquid, name: string): void {
  engine.registerTag(name, {
    parse() {
      throw new Error('includes another template; only what is written here can be used');
    },
    render: () => '',
  });
}

function registerAbort(engine: Liquid): void {
  engine.registerTag('abort_message', {
    parse(token: TagToken, _remaining: TopLevelToken[]) {
      const inside = /^\s*\((.*)\)\s*$/s.exec(token.args)?.[1] ?? token.args;
      this['reason'] = inside.trim() === '' ? null : new Value(inside, engine);
    },
    *render(context: Context, _emitter: Emitter): Generator<unknown, void, unknown> {
      const reason = this['reason'] ? yield (this['reason'] as Value).value(context) : null;
      throw new AbortMessage(
        typeof reason === 'string' && reason !== '' ? reason.slice(0, 300) : 'The template stopped this message.',
      );
    },
    *arguments() {
      const { reason } = this as unknown as { reason: Value | null };
      if (reason) yield reason;
    },
  });
}
