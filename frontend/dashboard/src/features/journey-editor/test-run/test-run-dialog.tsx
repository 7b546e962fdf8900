'use client';

import { api } from '@wend/contract/plain';
import type { Graph, ProfileSummary } from '@wend/contract';
import { useMutation } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { fieldError, FormError } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { ApiProblem, call } from '@/lib/api-client';
import { everyRun, openRun } from '../runs/run-url';
import { draftOf, ObjectEditor, objectOf } from './object-editor';
import { prefillOf } from './prefill';
import { ProfilePicker } from './profile-picker';

type Who = 'made-up' | 'existing';
type TestRunDialogProps = { journeyId: string; graph: Graph; saveFirst: () => Promise<boolean>; onClose: () => void };

/** Who goes through the draft, and with what the entry event comes. */
export function TestRunDialog({ journeyId, graph, saveFirst, onClose }: TestRunDialogProps) {
  const prefill = useMemo(() => prefillOf(graph), [graph]);
  const [who, setWho] = useState<Who>('made-up');
  const [profile, setProfile] = useState<ProfileSummary | null>(null);
  const [traits, setTraits] = useState(() => draftOf(prefill.traits));
  const [properties, setProperties] = useState(() => draftOf(prefill.properties));
  const start = useMutation({
    mutationFn: async () => {
      const given = objectOf(traits);
      const carried = objectOf(properties);
      if ('error' in carried || (who === 'made-up' && 'error' in given)) return null;
      if (!(await saveFirst())) throw new Error('The draft could not be saved, and test runs take the saved draft. The editor says what is in the way.');
      const person = who === 'existing' ? { profileId: profile?.id ?? '' } : { traits: 'value' in given ? given.value : {} };
      return call(api.startTest, { params: { id: journeyId }, body: { ...person, properties: carried.value } });
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
      open wide onOpenChange={(open) => { if (!open) onClose(); }}
      title="Test run" description="One person goes through the draft on the real engine. Nothing is sent outside, and nothing that the run sets stays."
      onSubmit={() => { if (ready) start.mutate(); }}
      footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" variant="primary" autoFocus busy={start.isPending} disabled={!ready} icon={<Play size={15} strokeWidth={1.75} aria-hidden />}>Start</Button></>}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <div className="space-y-3">
          <Segmented<Who> label="Who goes through" className="w-full [&>*]:flex-1" value={who} onChange={setWho} options={[{ value: 'made-up', label: 'Made-up person' }, { value: 'existing', label: 'Existing person' }]} />
          {who === 'existing' ? <ProfilePicker value={profile} onChange={setProfile} />
            : <ObjectEditor label="Traits" empty="This journey looks at no traits. Add some if you like." draft={traits} onChange={setTraits} error={fieldError(start.error, 'traits')} />}
        </div>
        <div className="space-y-3">
          <p className="flex h-8 items-center">{prefill.event ? <span>Enters by <b className="font-semibold">{prefill.event}</b></span> : <span className="text-bad">The entry does not name an event yet: choose one first.</span>}</p>
          {prefill.event ? <ObjectEditor label="Properties of the event" empty="This journey looks at no properties of it." draft={properties} onChange={setProperties} error={fieldError(start.error, 'properties')} /> : null}
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
      {issues.length > 0 ? <ul className="mt-2 list-disc space-y-1 pl-5 text-bad">{issues.map((issue, index) => <li key={index}>{issue.message}{issue.hint ? ` ${issue.hint}` : ''}</li>)}</ul> : null}
    </>
  );
}
