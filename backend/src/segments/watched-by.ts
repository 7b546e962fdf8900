import { pathKeys, whatChanges } from '@wend/contract';
import type { Rule } from '@wend/contract';
import type { Watch } from '../changes/index.js';
import { watcherPrefix } from './membership-events.js';

/** What a segment of this rule has to hear of. New people, and those who took another one in, may be in any. */
export function watchesOf(rules: Rule[]): Watch[] {
  return rules.flatMap((rule): Watch[] => {
    const { events, traits, segments, devices, consents, messages, journeys, suppressions } = whatChanges(rule);
    const all = (what: Watch['what'], is: boolean): Watch[] => (is ? [{ what, name: '*' }] : []);
    return [
      { what: 'profile', name: '*' },
      ...events.map((name): Watch => ({ what: 'event', name })),
      ...traits.map((path): Watch => ({ what: 'trait', name: topOf(path) })),
      ...segments.map((name): Watch => ({ what: 'segment', name })),
      ...all('device', devices),
      ...all('consent', consents),
      ...all('message', messages),
      ...all('run', journeys),
      ...all('suppression', suppressions),
    ];
  });
}

/** Traits are noted by their names, whatever changes within them. */
function topOf(path: string): string {
  return pathKeys(path)[0] ?? path;
}

export function watcherOf(segmentId: string): string {
  return `${watcherPrefix}${segmentId}`;
}
