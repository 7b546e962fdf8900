import { Context, analyzeSync, toValueSync } from 'liquidjs';
import type { VariableSegments } from 'liquidjs';
import type { Escape } from '@wend/node-sdk';
import { engineFor } from './liquid-engine.js';
import { sentenceOf } from './liquid-errors.js';
import { PlacingEmitter } from './placement.js';
import { renderLimits } from './render-job.js';

/** What takes a time that nothing bounds (loops, captures that grow) is not among them: it runs beside other work. */
const tags = new Set([
  'if',
  'elsif',
  'else',
  'endif',
  'unless',
  'endunless',
  'case',
  'when',
  'endcase',
  'comment',
  'endcomment',
]);

type Small = { source: string; escape: Escape };

/**
 * What is wrong with a template that may only choose and put out: it is rendered at once, not in a thread of its own.
 * `variables` are the paths that it may use; one that ends in `.*` allows every name there.
 */
export function smallLiquidProblem({
  source,
  escape,
  variables,
}: Small & { variables: readonly string[] }): string | null {
  for (const [, tag = ''] of source.matchAll(/\{%-?\s*([\w#]*)/g))
    if (!tags.has(tag)) return `has the tag “${tag}”; only if, unless, case and comment can be used here`;
  try {
    const { globals } = analyzeSync(engineFor(escape).parse(source), { partials: false });
    for (const { segments } of Object.values(globals).flat()) {
      const path = pathOf(segments);
      if (path === null || !variables.some((allowed) => fits(path, allowed)))
        return `uses {{ ${path ?? String(segments[0])} }}, which is not there; it can use ${variables.join(', ')}`;
    }
    return null;
  } catch (error) {
    return sentenceOf(error).message;
  }
}

/** The template with what it may use. Throws when it cannot be rendered. */
export function renderSmallLiquid({ source, escape, data }: Small & { data: Record<string, unknown> }): string {
  const engine = engineFor(escape);
  const context = new Context(data, engine.options, { sync: true, renderLimit: renderLimits.renderMs });
  const emitter = new PlacingEmitter(escape);
  toValueSync(engine.renderer.renderTemplates(engine.parse(source), context, emitter));
  return emitter.buffer;
}

function pathOf(segments: VariableSegments): string | null {
  return segments.some((segment) => typeof segment === 'object') ? null : segments.join('.');
}

function fits(path: string, allowed: string): boolean {
  return allowed.endsWith('.*') ? path.startsWith(allowed.slice(0, -1)) : path === allowed;
}
