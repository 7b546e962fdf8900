'use client';

import { api, entriesOf } from '@wend/contract/plain';
import type { Graph, GraphNode, ProfileSummary } from '@wend/contract';
import { useMutation } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { fieldError, FormError } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Segmented } from '@/components/ui/segmented';
import { ApiProblem, call } from '@/lib/api-client';
import { useEditor } from '../store/editor-context';
import { everyRun, openRun } from '../runs/run-url';
import { draftOf, ObjectEditor, objectOf } from '@/components/form/object/object-editor';
import { prefillOf } from './prefill';
import { ProfilePicker } from './profile-picker';

type Who = 'made-up' | 'existing';
type TestRunDialogProps = { journeyId: string; graph: Graph; saveFirst: () => Promise<boolean>; onClose: () => void };

/** Who goes through the draft, and with what the entry event comes. */
export function TestRunDialog({ journeyId, graph, saveFirst, onClose }: TestRunDialogProps) {
  const t = useTranslations('editor-test-run.testRunDialog');
  const manifests = useEditor((state) => state.manifests);
  const manifestMap = useEditor((state) => state.manifestMap);
  const entries = useMemo(
    () => entriesOf({ graph, manifests: manifestMap }).map(({ node }) => node),
    [graph, manifestMap],
  );
  const [entry, setEntry] = useState(() => entries[0]);
  const prefill = useMemo(() => prefillOf({ graph, manifests, entry }), [graph, manifests, entry]);
  const [who, setWho] = useState<Who>('made-up');
  const [profile, setProfile] = useState<ProfileSummary | null>(null);
  const [traits, setTraits] = useState(() => draftOf(prefill.traits));
  const [properties, setProperties] = useState(() => draftOf(prefill.properties));
  const choose = (next: GraphNode | undefined) => {
    const filled = prefillOf({ graph, manifests, entry: next });
    setEntry(next);
    setTraits(draftOf(filled.traits));
    setProperties(draftOf(filled.properties));
  };
  const start = useMutation({
    mutationFn: async () => {
      const given = objectOf(traits);
      const carried = objectOf(properties);
      if ('error' in carried || (who === 'made-up' && 'error' in given)) return null;
      if (!(await saveFirst())) throw new Error(t('notSaved'));
      const person =
        who === 'existing' ? { profileId: profile?.id ?? '' } : { traits: 'value' in given ? given.value : {} };
      return call(api.startTest, {
        params: { id: journeyId },
        body: { ...person, ...(entry ? { entry: entry.id } : {}), properties: carried.value },
      });
    },
    onSuccess: (started) => {
      if (!started) return;
      onClose();
      openRun({ run: started.enrollmentId, filter: { ...everyRun, origin: 'test' } });
    },
  });
  const ready = prefill.event !== null && (who === 'made-up' || profile !== null);
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('testRun')}
      description={t('description')}
      onSubmit={() => {
        if (ready) start.mutate();
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            variant="primary"
            autoFocus
            busy={start.isPending}
            disabled={!ready}
            icon={<Play size={15} strokeWidth={1.75} aria-hidden />}
          >
            {t('start')}
          </Button>
        </>
      }
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <div className="space-y-3">
          <Segmented<Who>
            label={t('who')}
            className="w-full [&>*]:flex-1"
            value={who}
            onChange={setWho}
            options={[
              { value: 'made-up', label: t('madeUp') },
              { value: 'existing', label: t('existing') },
            ]}
          />
          {who === 'existing' ? (
            <ProfilePicker value={profile} onChange={setProfile} />
          ) : (
            <ObjectEditor
              label={t('traits')}
              empty={t('noTraits')}
              draft={traits}
              onChange={setTraits}
              error={fieldError(start.error, 'traits')}
            />
          )}
        </div>
        <div className="space-y-3">
          {entries.length > 1 && entry ? (
            <Select
              aria-label={t('entry')}
              value={entry.id}
              onChange={(id) => choose(entries.find((each) => each.id === id))}
              options={entries.map(({ id, name }) => ({ value: id, label: name }))}
            />
          ) : null}
          <p className="flex h-8 items-center">
            {prefill.event ? (
              <span>
                {t.rich('entersBy', { event: prefill.event, b: (chunks) => <b className="font-semibold">{chunks}</b> })}
              </span>
            ) : (
              <span className="text-bad">{t('noEvent')}</span>
            )}
          </p>
          {prefill.event ? (
            <ObjectEditor
              label={t('properties')}
              empty={t('noProperties')}
              draft={properties}
              onChange={setProperties}
              error={fieldError(start.error, 'properties')}
            />
          ) : null}
        </div>
      </div>
      <Problem error={start.error} />
    </Dialog>
  );
}

function Problem({ error }: { error: unknown }) {
  const issues = error instanceof ApiProblem ? error.issues : [];
  return (
    <>
      <FormError error={error} className="mt-4" />
      {issues.length > 0 ? (
        <ul className="mt-2 list-disc space-y-1 pl-5 text-bad">
          {issues.map((issue, index) => (
            <li key={index}>
              {issue.message}
              {issue.hint ? ` ${issue.hint}` : ''}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
