import { whatChanges } from '@wend/contract';
import type { Rule } from '@wend/contract';
import { LRUCache } from 'lru-cache';
import type { ProfileChange } from '../changes/index.js';
import { inOrder, segmentsIn } from './segment-rules.js';
import type { CatalogueRow } from './evaluation.repository.js';
import { watchesOf } from './watched-by.js';

/** A rule that people are evaluated by: the one that members are of, or one that is being built beside it. */
export type Unit = {
  segment: { id: string; name: string };
  generation: number;
  rule: Rule;
  live: boolean;
  /** Of a live one: the generation whose differences are being told, and whether journeys hear of them. */
  telling: number | null;
  tell: boolean;
  /** Of one that is being built: the generation that members are of. */
  beside: number | null;
  reading: Reading;
};
/** Units whose segments read none of each other; later levels read earlier ones. */
export type Level = Unit[];

/** What a rule reads: `<what> <name>` of changes, segments, and whether its answer can change by itself. */
export type Reading = { watches: Set<string>; reads: string[]; byTime: boolean };
/** By the text of the rule: to find out what a rule reads is dearer than to look it up. */
const readings = new LRUCache<string, Reading>({ max: 2_000 });

/** What a rule reads. */
export function readingOf(rule: Rule): Reading {
  const text = JSON.stringify(rule);
  const known = readings.get(text);
  if (known) return known;
  const reading = {
    watches: new Set(watchesOf([rule]).map(({ what, name }) => `${what} ${name}`)),
    reads: segmentsIn(rule),
    byTime: whatChanges(rule).time,
  };
  readings.set(text, reading);
  return reading;
}

/** Whether a change may have made the answer of a unit another one. */
export function isAffected(
  { segment, reading: { watches } }: Unit,
  { what, name }: Pick<ProfileChange, 'what' | 'name'>,
): boolean {
  if (what === 'time') return name === segment.id;
  return watches.has(`${what} ${name}`) || watches.has(`${what} *`);
}

/** The rules of a workspace, in the order in which people go through them. */
export function levelsOf(rows: CatalogueRow[]): Level[] {
  const segments = rows.map((row) => {
    const units = unitsOf(row);
    return { id: row.id, units, reads: [...new Set(units.flatMap(({ reading }) => reading.reads))] };
  });
  const levels: Level[] = [];
  const levelOf = new Map<string, number>();
  for (const { id, units, reads } of inOrder(segments)) {
    const level = Math.max(0, ...reads.map((read) => (levelOf.get(read) ?? -1) + 1));
    levelOf.set(id, level);
    (levels[level] ??= []).push(...units);
  }
  return levels;
}

function unitsOf({ id, name, generation, live_rule, telling, tell, building }: CatalogueRow): Unit[] {
  const segment = { id, name };
  const units: Unit[] = [];
  if (live_rule) {
    const reading = readingOf(live_rule);
    units.push({ segment, generation, rule: live_rule, live: true, telling, tell, beside: null, reading });
  }
  if (building) {
    const reading = readingOf(building.rule);
    const beside = live_rule ? generation : null;
    units.push({ segment, ...building, live: false, telling: null, tell: false, beside, reading });
  }
  return units;
}
