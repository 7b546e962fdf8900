'use client';

import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Where the viewer stands in a run. `momentId` null means: at its newest visit, following it while the run goes on. */
export type ReplayPlace = { run: string | null; momentId: string | null; playing: boolean };

/** One place for the page: the canvas, the panel and the time line are mounted apart from each other. */
const replayStore = createStore<ReplayPlace>(() => ({ run: null, momentId: null, playing: false }));

type GoToMomentOptions = {
  run: string;
  momentId: string | null;
  playing?: boolean;
};

/** Goes to a moment of a run (null = its newest), and stops playing unless told otherwise. */
export function goToMoment({ run, momentId, playing = false }: GoToMomentOptions): void {
  replayStore.setState({ run, momentId, playing });
}

/** The place in this run; another run begins at its newest visit. */
export function useReplayPlace(run: string | null): ReplayPlace {
  const place = useStore(replayStore);
  return place.run === run ? place : { run, momentId: null, playing: false };
}
