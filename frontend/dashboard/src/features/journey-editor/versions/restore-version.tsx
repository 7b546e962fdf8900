'use client';

import { api } from '@wend/contract/plain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { differenceOf } from '../publish/publish-words';
import { usePublishedVersion } from '../shell/save-note';
import { useAutosave } from '../shell/use-autosave';
import { takeStored } from '../store/autosave';
import { useEditor, useEditorStore } from '../store/editor-context';
import { useLayer } from '../shell/use-layer';

/** Makes the draft what a version is; asks first where the draft has changes that were never published. */
export function RestoreVersion({ number, icon }: { number: number; icon: ReactNode }) {
  const t = useTranslations('editor-compare.restore');
  const store = useEditorStore();
  const autosave = useAutosave();
  const toast = useToast();
  const queries = useQueryClient();
  const { setLayer } = useLayer();
  const [asking, setAsking] = useState(false);
  const graph = useEditor((state) => state.graph);
  const published = usePublishedVersion().data?.graph;
  const restore = useMutation({
    mutationFn: async () => {
      if (!(await autosave.flush())) throw store.getState().saveError ?? new Error(t('notSaved'));
      const { journeyId, revision } = store.getState();
      return call(api.restoreVersion, { params: { id: journeyId, number }, body: { revision } });
    },
    onSuccess: (journey) => {
      takeStored({ store, journey, label: { text: 'restoreVersion', values: { number } } });
      void queries.invalidateQueries({ queryKey: ['journeys'] });
      setAsking(false);
      setLayer('build');
      toast.say(t('done', { number }), { detail: t('doneDetail') });
    },
    onError: (error) => {
      if (!asking) toast.fail(t('failed'), error);
    },
  });
  // What is published can be restored again; so nothing is lost with a draft that says the same.
  const unpublished = !published || differenceOf({ before: published, after: graph }) !== 'none';
  return (
    <>
      <Button
        className="mt-3"
        busy={restore.isPending}
        onClick={() => (unpublished ? setAsking(true) : restore.mutate())}
      >
        {icon}
        {t('restore')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('title', { number })}
        action={t('replace')}
        busy={restore.isPending}
        error={restore.error}
        onConfirm={() => restore.mutate()}
      >
        {t('warning')}
      </ConfirmDialog>
    </>
  );
}
