import { typeProblem } from '@wend/contract';
import type { Compare, JsonObject, OperandOf, Rule } from '@wend/contract';
import { bindRule, comparesOf, entryPathsOf, valueAt } from '@wend/engine';

/** What keeps an event from being compared with: the property, and a sentence that says what to do. */
export type PropertyProblem = { property: string; message: string };
/** A rule about people with an event's properties in it. `nearest`: how far they are from the event's place. */
export type BoundAudience = { rule: Rule; nearest?: OperandOf<'distance'> };

/**
 * Puts an event's properties into a rule about people. Null-like, listed or unfit properties are a problem and not a
 * condition that fails: “is not” them would hold for everybody.
 */
export function bindAudience(audience: Rule, properties: JsonObject): BoundAudience | PropertyProblem {
  const scene = { entry: properties, run: {} };
  const compares = comparesOf(audience);
  const problem = compares.map((compare) => problemOf(compare, properties)).find((each) => each !== null);
  if (problem) return problem;
  const near = compares.find(({ left }) => left.source === 'distance' && left.entryLatitude !== undefined);
  const bound = near && bindRule(near, scene);
  return {
    rule: bindRule(audience, scene),
    ...(bound?.op === 'compare' && bound.left.source === 'distance' ? { nearest: bound.left } : {}),
  };
}

function problemOf(compare: Compare, properties: JsonObject): PropertyProblem | null {
  for (const property of entryPathsOf(compare)) {
    const value = valueAt(properties, property);
    if (value === undefined || value === null)
      return { property, message: `The event has no “${property}”, which the entry compares with. Send it as well.` };
    if (typeof value === 'object')
      return {
        property,
        message: `“${property}” is ${Array.isArray(value) ? 'a list' : 'an object'}, which the entry can’t compare with. Send a text, a number, or true or false.`,
      };
  }
  const bound = bindRule(compare, { entry: properties, run: {} });
  const [property] = entryPathsOf(compare);
  if (property === undefined || bound.op !== 'compare') return null;
  const { left } = bound;
  if (left.source === 'distance' && left.latitude === undefined)
    return {
      property,
      message: `${entryPathsOf(compare)
        .slice(0, 2)
        .map((path) => `“${path}”`)
        .join(' and ')} are no place on earth. Send degrees as numbers, such as 37.5665 and 126.978.`,
    };
  const message = typeProblem(bound);
  return message === null
    ? null
    : {
        property: entryPathsOf(compare).at(-1)!,
        message: `The entry can’t compare with “${entryPathsOf(compare).at(-1)!}”. ${message}`,
      };
}
