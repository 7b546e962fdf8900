import { toValueSync } from 'liquidjs';
import type { Template as Parsed } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import { AbortMessage, engineFor } from './liquid-engine.js';
import { sentenceOf } from './liquid-errors.js';
import { PlacingEmitter } from './placement.js';
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
  | { ok: true; value: string; warnings: string[] }
  | { ok: false; aborted: string }
  | { ok: false; message: string; slow: boolean };

/** Renders one template under the limits; these are cooperative, the caller must be ready to kill the thread. */
export function renderTemplate(
  template: Template,
  {
    variables,
    zones = [],
    language = 'en',
    renderMs,
  }: { variables: Variables; zones?: Zones; language?: string; renderMs: number },
): LiquidResult {
  try {
    const engine = engineFor(template.escape);
    const context = renderContext({ engine, variables, zones, language, renderMs });
    const emitter = new PlacingEmitter(template.escape);
    toValueSync(engine.renderer.renderTemplates(parse(template), context, emitter));
    const value = emitter.buffer;
    return value.length > renderLimits.outputLength
      ? { ok: false, message: `comes out longer than ${renderLimits.outputLength} characters`, slow: false }
      : { ok: true, value, warnings: warningsOf(context) };
  } catch (error) {
    const original = (error as { originalError?: unknown }).originalError;
    if (original instanceof AbortMessage) return { ok: false, aborted: original.reason };
    if (error instanceof AbortMessage) return { ok: false, aborted: error.reason };
    return { ok: false, ...sentenceOf(error) };
  }
}
