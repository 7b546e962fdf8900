import { analyzeSync } from 'liquidjs';
import type { VariableSegments } from 'liquidjs';
import { LRUCache } from 'lru-cache';
import type { TemplateReading } from '@wend/contract';
import { alwaysFailing } from './always-failing.js';
import { engineFor } from './liquid-engine.js';
import { placeOf, sentenceOf } from './liquid-errors.js';
import { renderLimits } from './render-job.js';

/** How much text the readings that are kept may have been made of, in characters. */
const mostKept = 4_000_000;
const kept = new LRUCache<string, TemplateReading>({
  maxSize: mostKept,
  sizeCalculation: (_, source) => source.length + 1,
});

/**
 * Parses a template as sending will, and says what is wrong with it and which variables it uses. The same text is read
 * once.
 */
export function readTemplate(source: string): TemplateReading {
  const known = kept.get(source);
  if (known) return known;
  const reading = read(source);
  kept.set(source, reading);
  return reading;
}

function read(source: string): TemplateReading {
  if (source.length > renderLimits.templateLength)
    return {
      problems: [{ message: `is longer than ${renderLimits.templateLength} characters`, line: 1, column: 1 }],
      variables: [],
    };
  try {
    const templates = engineFor('none').parse(source);
    const { globals } = analyzeSync(templates, { partials: false });
    const found = Object.values(globals)
      .flat()
      .map(({ segments, location }) => ({ path: pathOf(segments), line: location.row, column: location.col }));
    return {
      problems: alwaysFailing(templates),
      variables: found.sort((a, b) => a.line - b.line || a.column - b.column),
    };
  } catch (error) {
    return { problems: [{ message: worded(sentenceOf(error).message), ...placeOf(error) }], variables: [] };
  }
}

/** A segment that only the run will know (`profile[field]`) ends what can be told. */
function pathOf(segments: VariableSegments): (string | number)[] {
  const end = segments.findIndex((segment) => typeof segment === 'object');
  return (end < 0 ? segments : segments.slice(0, end)) as (string | number)[];
}

/** The parser's sentence without the place, which is told beside it. */
function worded(message: string): string {
  const bare = message.replace(/, line:\d+, col:\d+$/, '').replace(/^(?:ParseError|TokenizationError): /, '');
  const filter = /^undefined filter: (.*)$/.exec(bare)?.[1];
  if (filter !== undefined) return `There is no filter “${filter}”.`;
  const tag = /^tag "(.*)" not found$/.exec(bare)?.[1];
  if (tag !== undefined) return `There is no tag “${tag}” here.`;
  const open = /^(?:tag|output) ["]?(.*?)["]? not closed$/s.exec(bare)?.[1];
  if (open !== undefined) return `“${open.slice(0, 60)}” is not closed.`;
  if (bare.startsWith('includes another'))
    return 'Other templates cannot be included: only what is written here can be used.';
  return `It cannot be read: ${bare}.`;
}
