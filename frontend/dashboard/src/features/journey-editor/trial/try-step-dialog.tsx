'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, entriesOf, nodeKey } from '@wend/contract/plain';
import type { ProfileSummary } from '@wend/contract';
import { FlaskConical } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { draftOf, ObjectEditor, objectOf } from '@/components/form/object/object-editor';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { fieldError, FormError } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { ApiProblem, call } from '@/lib/api-client';
import { learntKey } from '../form/use-results';
import { useEditor } from '../store/editor-context';
import { prefillOf } from '../test-run/prefill';
import { ProfilePicker } from '../test-run/profile-picker';
import { TrialAnswer } from './trial-answer';

type Who = 'sample' | 'existing';

/** Whose data fills the step's settings in, and what came of running it once. It asks others for real. */
export function TryStepDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('editor-trial.dialog');
  const queries = useQueryClient();
  const journeyId = useEditor((state) => state.journeyId);
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const manifestMap = useEditor((state) => state.manifestMap);
  const [who, setWho] = useState<Who>('sample');
  const [profile, setProfile] = useState<ProfileSummary | null>(null);
  const [properties, setProperties] = useState(() => {
    const entry = entriesOf({ graph, manifests: manifestMap })[0]?.node;
    return draftOf(prefillOf({ graph, manifests, entry }).properties);
  });
  const node = graph.nodes[id];
  const manifest = node && manifests[nodeKey(node)];
  const attempt = useMutation({
    mutationFn: async () => {
      const entry = objectOf(properties);
      if (!node || 'error' in entry) return null;
      const { type, version, config } = node;
      return call(api.tryStep, {
        params: { id: journeyId },
        body: {
          step: { id, type, version, config },
          entry: entry.value,
          run: {},
          ...(who === 'existing' && profile && { profileId: profile.id }),
        },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: learntKey(journeyId) }),
  });
  const ready = who === 'sample' || profile !== null;
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('title', { step: node?.name ?? '' })}
      description={t('description')}
      onSubmit={() => {
        if (ready && !attempt.isPending) attempt.mutate();
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          <Button
            type="submit"
            variant="primary"
            busy={attempt.isPending}
            disabled={!ready}
            icon={<FlaskConical size={15} strokeWidth={1.75} aria-hidden />}
          >
            {t('tryIt')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <div className="grid gap-5 sm:grid-cols-2">
          <div className="space-y-3">
            <p className="font-medium">{t('filledWith')}</p>
            <Segmented<Who>
              label={t('filledWith')}
              className="w-full [&>*]:flex-1"
              value={who}
              onChange={setWho}
              options={[
                { value: 'sample', label: t('sample') },
                { value: 'existing', label: t('existing') },
              ]}
            />
            {who === 'existing' ? <ProfilePicker value={profile} onChange={setProfile} /> : null}
          </div>
          <ObjectEditor
            label={t('properties')}
            empty={t('noProperties')}
            draft={properties}
            onChange={setProperties}
            error={fieldError(attempt.error, 'entry')}
          />
        </div>
        <div role="status" aria-busy={attempt.isPending}>
          {attempt.data && !attempt.isPending && node && manifest ? (
            <TrialAnswer trial={attempt.data} node={node} manifest={manifest} />
          ) : null}
        </div>
        <Problem error={attempt.error} />
      </div>
    </Dialog>
  );
}

/** What has to be mended in the form before. */
function Problem({ error }: { error: unknown }) {
  const errors = error instanceof ApiProblem ? error.errors : [];
  if (errors.length === 0) return <FormError error={error} />;
  return (
    <ul role="alert" className="space-y-1 rounded-md bg-bad-soft px-3 py-2 text-bad">
      {errors.map(({ path, message }) => (
        <li key={path}>{message}</li>
      ))}
    </ul>
  );
}
