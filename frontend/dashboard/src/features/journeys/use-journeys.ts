'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Graph, JourneySummary } from '@wend/contract';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { download, journeyFileName } from '@/lib/journey-file';

export const journeysKey = ['journeys'] as const;

/** The journeys with their figures, kept current while the page is open. */
export function useJourneys() {
  return useQuery({ queryKey: journeysKey, queryFn: ({ signal }) => call(api.list, { signal }), refetchInterval: 5_000 });
}

export function useCreateJourney() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (journey: { name: string; graph?: Graph }) => call(api.create, { body: journey }),
    onSuccess: () => client.invalidateQueries({ queryKey: journeysKey }),
  });
}

const done = { pause: 'Paused. People stay where they are until you resume; who comes in meanwhile starts then.', resume: 'Resumed. What came due meanwhile happens now, spread out.', stop: 'Stopped. The runs are ending.' } as const;
export type ControlAction = keyof typeof done;

export function useControlJourney() {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: ControlAction }) => call(api.control, { params: { id }, body: { action } }),
    onSuccess: (_, { action }) => {
      toast.say(done[action]);
      return client.invalidateQueries({ queryKey: journeysKey });
    },
    onError: (error, { action }) => toast.fail(`The journey could not be ${{ pause: 'paused', resume: 'resumed', stop: 'stopped' }[action]}`, error),
  });
}

/** What the menu of a journey does with its whole graph. */
export function useJourneyCopies() {
  const toast = useToast();
  const client = useQueryClient();
  const duplicate = useMutation({
    mutationFn: async ({ id }: JourneySummary) => {
      const { name, draft } = await call(api.get, { params: { id } });
      return call(api.create, { body: { name: `${name.slice(0, 113)} (copy)`, graph: draft } });
    },
    onSuccess: ({ name }) => {
      toast.say(`“${name}” is a draft`);
      return client.invalidateQueries({ queryKey: journeysKey });
    },
    onError: (error) => toast.fail('The journey could not be duplicated', error),
  });
  const exportFile = useMutation({
    mutationFn: async ({ id }: JourneySummary) => {
      const [{ exportJourney }, { name, draft }] = await Promise.all([import('@wend/contract'), call(api.get, { params: { id } })]);
      download({ name: journeyFileName(name), text: exportJourney({ name, graph: draft }) });
    },
    onError: (error) => toast.fail('The journey could not be exported', error),
  });
  return { duplicate, exportFile };
}
