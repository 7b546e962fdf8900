import { Output, toValue, toValueSync } from 'liquidjs';
import type { Context, Liquid, Template as Parsed } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import type { Json } from '@wend/contract';
import { AbortMessage, engineFor } from './liquid-engine.js';
import { sentenceOf } from './liquid-errors.js';
import { Placed, PlacingEmitter, jsonOf } from './placement.js';
import { renderContext, warningsOf } from './render-context.js';
import { renderLimits } from './render-job.js';
import type { Template, Variables, Zones } from './render-job.js';

const parsed = new LRUCache<string, Parsed[]>({ max: 300 });

function parse({ source, escape }: Template): Parsed[] {
  const key = `${escape}:${source}`;
  const known = parsed.get(key);
  if (known) return known;
  const fresh = engineFor(escape).parse(source);
  parsed.set(key, fresh);
  return fresh;
}

export type LiquidResult =
  /** `kept`: what came out, with its type. */
  | { ok: true; value: string; kept?: Json; warnings: string[] }
  | { ok: false; aborted: string }
  | { ok: false; message: string; slow: boolean };

type Around = { variables: Variables; zones?: Zones; language?: string; renderMs: number };

/** Renders one template under the limits; these are cooperative, the caller must be ready to kill the thread. */
export function renderTemplate(template: Template, around: Around): LiquidResult {
  return tried(template, around, (parts, { engine, context }) => {
    const emitter = new PlacingEmitter(template.escape);
    toValueSync(engine.renderer.renderTemplates(parts, context, emitter));
    return tooLong(emitter.buffer) ?? { ok: true, value: emitter.buffer, warnings: warningsOf(context) };
  });
}

/** The same, but a template that is one `{{ … }}` alone keeps the type of what comes out: nothing is null. */
export function evaluateTemplate(template: Template, around: Around): LiquidResult {
  const alone = { ...template, source: template.source.trim() };
  return tried(alone, around, (parts, { context }) => {
    const [only] = parts;
    if (!(only instanceof Output) || parts.length > 1) return renderTemplate(template, around);
    const found: unknown = toValue(toValueSync(only.value.value(context, false)));
    const value: unknown = found instanceof Placed ? toValue(found.value) : found;
    if (typeof value === 'number' && !Number.isFinite(value))
      return { ok: false, message: 'comes out as no number: it divides by zero or is too large', slow: false };
    const json = jsonOf(value);
    return tooLong(json) ?? { ok: true, value: '', kept: JSON.parse(json) as Json, warnings: warningsOf(context) };
  });
}

function tooLong(text: string): LiquidResult | null {
  return text.length > renderLimits.outputLength
    ? { ok: false, message: `comes out longer than ${renderLimits.outputLength} characters`, slow: false }
    : null;
}

type Made = { engine: Liquid; context: Context };

function tried(
  template: Template,
  { variables, zones = [], language = 'en', renderMs }: Around,
  make: (parts: Parsed[], made: Made) => LiquidResult,
): LiquidResult {
  try {
    const engine = engineFor(template.escape);
    const context = renderContext({ engine, variables, zones, language, renderMs });
    return make(parse(template), { engine, context });
  } catch (error) {
    const original = (error as { originalError?: unknown }).originalError;
    if (original instanceof AbortMessage) return { ok: false, aborted: original.reason };
    if (error instanceof AbortMessage) return { ok: false, aborted: error.reason };
    return { ok: false, ...sentenceOf(error) };
  }
}
