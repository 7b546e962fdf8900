'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { JourneyMove } from '@wend/contract';
import { call } from '@/lib/api-client';

const keyOf = (journeyId: string) => ['journeys', journeyId, 'moves'] as const;
export const isUnderWay = ({ state }: JourneyMove): boolean => state === 'moving' || state === 'taking-back';

/** How people were moved between versions lately, newest first: each second while somebody is being moved. */
export function useMoves(journeyId: string, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    enabled,
    queryKey: keyOf(journeyId),
    queryFn: ({ signal }) => call(api.moves, { params: { id: journeyId }, query: { limit: 50 }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? 1_000 : 15_000),
  });
}

/** Stops a move, or takes it back. */
export function useMoveAction(journeyId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ move, action }: { move: string; action: 'stop' | 'take-back' }) => {
      const params = { id: journeyId, move };
      return action === 'stop' ? call(api.stopMove, { params }) : call(api.takeMoveBack, { params });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(journeyId) }),
  });
}

/** How far a move is: whoever has gone, or was elsewhere by then, is done with. */
export function progressOf({ state, people }: JourneyMove): { done: number; of: number } {
  const { waiting, told, moved, stayed, back, wentOn } = people;
  if (state === 'taking-back' || state === 'taken-back') {
    const done = back + wentOn;
    return { done, of: done + told + moved };
  }
  // Those who were taken back before had been moved.
  const done = moved + stayed + back + wentOn;
  return { done, of: done + told + waiting };
}
