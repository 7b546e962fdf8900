'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ControlBody, Graph, JourneySummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { download, journeyFileName } from '@/lib/journey-file';

export const journeysKey = ['journeys'] as const;

/** The journeys with their figures, kept current while the page is open. */
export function useJourneys({ archived = 'false' }: { archived?: 'false' | 'true' | 'any' } = {}) {
  return useQuery({
    queryKey: archived === 'false' ? journeysKey : [...journeysKey, 'archived', archived],
    queryFn: ({ signal }) => call(api.list, { query: { archived }, signal }),
    refetchInterval: 5_000,
  });
}

/** Puts a journey away, or takes it out again. */
export function useArchiveJourney() {
  const t = useTranslations('journeys.useJourneys');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ id, archive }: { id: string; archive: boolean }) =>
      call(archive ? api.archive : api.restore, { params: { id } }),
    onSuccess: ({ name }, { archive }) => {
      toast.say(archive ? t('archived', { name }) : t('restored', { name }));
      return client.invalidateQueries({ queryKey: journeysKey });
    },
    onError: (error, { archive }) => toast.fail(archive ? t('archiveFailed') : t('restoreFailed'), error),
  });
}

export function useCreateJourney() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (journey: { name: string; graph?: Graph }) => call(api.create, { body: journey }),
    onSuccess: () => client.invalidateQueries({ queryKey: journeysKey }),
  });
}

/** `quiet`: nothing is said of success. */
export function useControlJourney({ quiet = false }: { quiet?: boolean } = {}) {
  const t = useTranslations('journeys.useJourneys');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ id, ...body }: ControlBody & { id: string }) => call(api.control, { params: { id }, body }),
    onSuccess: (_, { action }) => {
      if (!quiet) toast.say(t(`done.${action}`));
      return client.invalidateQueries({ queryKey: journeysKey });
    },
    onError: (error, { action }) => toast.fail(t(`failed.${action}`), error),
  });
}

/** What the menu of a journey does with its whole graph. */
export function useJourneyCopies() {
  const t = useTranslations('journeys.useJourneys');
  const toast = useToast();
  const client = useQueryClient();
  const duplicate = useMutation({
    mutationFn: async ({ id }: JourneySummary) => {
      const { name, draft } = await call(api.get, { params: { id } });
      return call(api.create, { body: { name: t('copyName', { name: name.slice(0, 113) }), graph: draft } });
    },
    onSuccess: ({ name }) => {
      toast.say(t('duplicated', { name }));
      return client.invalidateQueries({ queryKey: journeysKey });
    },
    onError: (error) => toast.fail(t('duplicateFailed'), error),
  });
  const exportFile = useMutation({
    mutationFn: async ({ id }: JourneySummary) => {
      const [{ exportJourney }, { name, draft }] = await Promise.all([
        import('@wend/contract'),
        call(api.get, { params: { id } }),
      ]);
      download({ name: journeyFileName(name), text: exportJourney({ name, graph: draft }) });
    },
    onError: (error) => toast.fail(t('exportFailed'), error),
  });
  return { duplicate, exportFile };
}
