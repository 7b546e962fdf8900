import { Context } from 'liquidjs';
import type { Liquid } from 'liquidjs';
import type { Variables, Zones } from './render-job.js';

const warningsKey = 'wend.warnings';
const zonesKey = 'wend.zones';
const languageKey = 'wend.language';
const mostWarnings = 20;

type RenderContextOptions = {
  engine: Liquid;
  variables: Variables;
  zones: Zones;
  language: string;
  renderMs: number;
};

/**
 * What one rendering carries besides its variables: where the person lives, the language that it is in, and what came
 * up on the way.
 */
export function renderContext({ engine, variables, zones, language, renderMs }: RenderContextOptions): Context {
  const context = new Context(variables, engine.options, { sync: true, renderLimit: renderMs });
  context.setRegister(warningsKey, new Set<string>());
  context.setRegister(zonesKey, zones);
  context.setRegister(languageKey, language);
  return context;
}

export function warningsOf(context: Context): string[] {
  return [...(context.getRegister(warningsKey) as Set<string>)];
}

/** Said with the preview; it keeps no message back. */
export function noteWarning(context: Context, warning: string): void {
  const warnings = context.getRegister(warningsKey) as Set<string> | undefined;
  if (warnings && warnings.size < mostWarnings) warnings.add(warning);
}

export function zonesOf(context: Context): Zones {
  return (context.getRegister(zonesKey) as Zones | undefined) ?? [];
}

export function languageOf(context: Context): string {
  return (context.getRegister(languageKey) as string | undefined) ?? 'en';
}
