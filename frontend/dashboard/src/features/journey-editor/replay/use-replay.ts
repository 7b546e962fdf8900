'use client';

import type { EnrollmentDetail, Manifests } from '@wend/contract';
import { useEditor } from '../store/editor-context';
import { useRun } from '../runs/run-queries';
import { useRunUrl } from '../runs/run-url';
import { buildReplay, inVersion } from './replay-model';
import type { Moment, Replay, VisitMoment } from './replay-model';
import { useReplayTexts } from './replay-texts';
import type { ReplayTexts } from './replay-texts';
import { useReplayPlace } from './replay-store';

export type ReplayView = {
  texts: ReplayTexts;
  /** With graph and program of the version that the run was in at that moment. */
  detail: EnrollmentDetail;
  replay: Replay;
  manifests: Manifests;
  /** The moment that is looked at, and its place on the time line. */
  moment: Moment;
  index: number;
  /** The visit that the run was in at that moment. */
  visit: VisitMoment;
  playing: boolean;
  /** Times are the viewer's (null), as on every page; those where the person is stand beside them on hover. */
  zone: null;
  their: string | null;
};

// Folding and comparing is done once per answer of the api, for all that show it.
const built = new WeakMap<EnrollmentDetail, { manifests: Manifests; replay: Replay }>();

type ReplayOfOptions = { texts: ReplayTexts; detail: EnrollmentDetail; manifests: Manifests };

function replayOf({ texts, detail, manifests }: ReplayOfOptions): Replay {
  const known = built.get(detail);
  if (known?.manifests === manifests) return known.replay;
  const replay = buildReplay({ texts, detail, manifests });
  built.set(detail, { manifests, replay });
  return replay;
}

/**
 * The run that the address names, as a replay; `view` is null while there is none, it loads, or it has not made its
 * first step.
 */
export function useReplay(): { run: string | null; query: ReturnType<typeof useRun>; view: ReplayView | null } {
  const { run } = useRunUrl();
  const query = useRun(run);
  const manifests = useEditor((state) => state.manifestMap);
  const texts = useReplayTexts();
  const place = useReplayPlace(run);
  const detail = query.data;
  if (!detail || run === null) return { run, query, view: null };
  const replay = replayOf({ texts, detail, manifests });
  const newest = replay.path.at(-1);
  const moment = replay.moments.find((each) => each.id === place.momentId) ?? newest;
  if (!moment || !newest) return { run, query, view: null };
  const visit = moment.kind === 'visit' ? moment : (replay.path.findLast((each) => each.at <= moment.at) ?? newest);
  return {
    run,
    query,
    view: {
      texts,
      detail: inVersion(detail, visit.version),
      replay,
      manifests,
      moment,
      index: replay.moments.indexOf(moment),
      visit,
      playing: place.playing,
      zone: null,
      their: detail.profile.timeZone,
    },
  };
}
