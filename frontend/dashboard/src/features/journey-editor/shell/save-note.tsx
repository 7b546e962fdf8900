'use client';

import { api, compareGraphs, countChanges } from '@wend/contract/plain';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { call } from '@/lib/api-client';
import { useEditor } from '../store/editor-context';

/** "Draft saved · 2 changes": whether the draft is safe, and how far it is from what is published. */
export function SaveNote() {
  const t = useTranslations('editor-shell.saveNote');
  const saveState = useEditor((state) => state.saveState);
  const editable = useEditor((state) => state.editable);
  const changes = useChangeCount();
  if (!editable) return t('readOnly');
  return (
    <span role="status" data-testid="save-state">
      {t(saveState)}
      {changes > 0 ? ` · ${t('changes', { count: changes })}` : ''}
    </span>
  );
}

/** The published version of the journey, which drafts are compared with. */
export function usePublishedVersion() {
  const journeyId = useEditor((state) => state.journeyId);
  const version = useEditor((state) => state.version);
  return useQuery({
    queryKey: ['journey-version', journeyId, version],
    queryFn: ({ signal }) => call(api.version, { params: { id: journeyId, number: version ?? 0 }, signal }),
    enabled: version !== null,
    staleTime: Infinity,
  });
}

function useChangeCount(): number {
  const graph = useEditor((state) => state.graph);
  const published = usePublishedVersion().data?.graph;
  return useMemo(
    () => (published ? countChanges(compareGraphs({ before: published, after: graph })) : 0),
    [published, graph],
  );
}
