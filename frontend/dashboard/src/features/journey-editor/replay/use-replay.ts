'use client';

import type { EnrollmentDetail, Manifests } from '@wend/contract';
import { useEditor } from '../store/editor-context';
import { useRun } from '../runs/run-queries';
import { useRunUrl } from '../runs/run-url';
import { buildReplay } from './replay-model';
import type { Moment, Replay, VisitMoment } from './replay-model';
import { useReplayPlace } from './replay-store';

export type ReplayView = {
  detail: EnrollmentDetail;
  replay: Replay;
  manifests: Manifests;
  /** The moment that is looked at, and its place on the time line. */
  moment: Moment;
  index: number;
  /** The visit that the run was in at that moment. */
  visit: VisitMoment;
  playing: boolean;
  zone: string | null;
};

// Folding and comparing is done once per answer of the api, for all that show it.
const built = new WeakMap<EnrollmentDetail, { manifests: Manifests; replay: Replay }>();

function replayOf({ detail, manifests }: { detail: EnrollmentDetail; manifests: Manifests }): Replay {
  const known = built.get(detail);
  if (known?.manifests === manifests) return known.replay;
  const replay = buildReplay({ detail, manifests });
  built.set(detail, { manifests, replay });
  return replay;
}

/** The run that the address names, as a replay; `view` is null while there is none, it loads, or it has not made its first step. */
export function useReplay(): { run: string | null; query: ReturnType<typeof useRun>; view: ReplayView | null } {
  const { run } = useRunUrl();
  const query = useRun(run);
  const manifests = useEditor((state) => state.manifestMap);
  const place = useReplayPlace(run);
  const detail = query.data;
  if (!detail || run === null) return { run, query, view: null };
  const replay = replayOf({ detail, manifests });
  const newest = replay.path.at(-1);
  const moment = replay.moments.find((each) => each.id === place.momentId) ?? newest;
  if (!moment || !newest) return { run, query, view: null };
  const visit = moment.kind === 'visit' ? moment : (replay.path.findLast((each) => each.at <= moment.at) ?? newest);
  return { run, query, view: { detail, replay, manifests, moment, index: replay.moments.indexOf(moment), visit, playing: place.playing, zone: detail.profile.timeZone } };
}
