import { allTexts, hasLiquid, longestValues, typedValues } from '@wend/contract';
import type { FillType, Json, JsonObject, ValuesAnswer } from '@wend/contract';
import type { RenderJob } from './render-job.js';
import type { Renderer } from './renderer.js';

/** Settings with Liquid in them; `types`: what values must be, by path, such as `items[0].value`. */
type Settings = Pick<RenderJob, 'variables' | 'zones' | 'language'> & {
  template: JsonObject;
  types?: Record<string, FillType> | undefined;
};

/**
 * Fills in the Liquid of settings, with what messages see and under their limits. A text that is one `{{ … }}` alone
 * keeps the type of what comes out. Throws an `OperationalError` when it could not be tried.
 */
export async function fillSettings(
  renderer: Renderer,
  { template, types = {}, variables, zones, language }: Settings,
  options: { tenant?: string | undefined } = {},
): Promise<ValuesAnswer> {
  const sources = allTexts(template).filter(({ source }) => hasLiquid(source));
  const result = await renderer.render(
    {
      templates: Object.fromEntries(sources.map(({ path, source }) => [path, { source, escape: 'none' }])),
      keepTypes: sources.flatMap(({ path }) => (types[path] === 'text' ? [] : [path])),
      variables,
      ...(zones && { zones }),
      ...(language !== undefined && { language }),
    },
    options,
  );
  if (result.kind === 'aborted') return { ok: false, path: '', message: result.reason };
  if (result.kind === 'errors') return { ok: false, ...(result.errors[0] ?? { path: '', message: 'It failed.' }) };
  const filled = new Map<string, Json>([...Object.entries(result.values), ...Object.entries(result.kept ?? {})]);
  const answer = typedValues(template, types, filled);
  return JSON.stringify(answer).length > longestValues
    ? { ok: false, path: '', message: `It comes out longer than ${longestValues / 1_000} KB.` }
    : answer;
}
