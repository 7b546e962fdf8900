'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { JourneySummary } from '@wend/contract';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { call } from '@/lib/api-client';
import { plural } from '@/lib/format';
import { exampleJourney } from './example';
import { journeysKey, useControlJourney, useCreateJourney } from './use-journeys';

type Closing = { onClose: () => void };

export function CreateJourneyDialog({ onClose }: Closing) {
  const [name, setName] = useState('');
  const [start, setStart] = useState<'empty' | 'example'>('empty');
  const router = useRouter();
  const create = useCreateJourney();
  const submit = () => create.mutate(
    { name: name.trim(), ...(start === 'example' ? { graph: exampleJourney.graph } : {}) },
    { onSuccess: ({ id }) => router.push(`/journeys/${id}`) },
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => { if (!open) onClose(); }}
      title="New journey"
      description="You draw it next; nobody enters before you publish."
      onSubmit={submit}
      footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" variant="primary" disabled={name.trim() === ''} busy={create.isPending || create.isSuccess}>Create journey</Button></>}
    >
      <div className="space-y-4">
        <Field label="Name" error={fieldError(create.error, 'name')} help="Members see it, customers do not.">
          {(control) => <Input {...control} autoFocus maxLength={120} placeholder="Welcome series" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <div>
          <p className="mb-1 font-medium">Begin with</p>
          <Segmented label="Begin with" value={start} onChange={setStart} options={[{ value: 'empty', label: 'An empty canvas' }, { value: 'example', label: 'An example' }]} />
          <p className="mt-1 text-xs text-muted">{start === 'example' ? 'Welcome by e-mail, wait a day for an order, nudge by push. Change what you like.' : 'Add the event that lets people in, then what happens to them.'}</p>
        </div>
        <FormError error={create.error} />
      </div>
    </Dialog>
  );
}

export function RenameJourneyDialog({ journey, onClose }: Closing & { journey: JourneySummary }) {
  const [name, setName] = useState(journey.name);
  const client = useQueryClient();
  const rename = useMutation({
    mutationFn: () => call(api.rename, { params: { id: journey.id }, body: { name: name.trim() } }),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: journeysKey }); onClose(); },
  });
  return (
    <Dialog open onOpenChange={(open) => { if (!open) onClose(); }} title="Rename journey" onSubmit={() => rename.mutate()} footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" variant="primary" disabled={name.trim() === ''} busy={rename.isPending}>Rename</Button></>}>
      <Field label="Name" error={fieldError(rename.error, 'name')}>
        {(control) => <Input {...control} autoFocus maxLength={120} value={name} onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <FormError error={rename.error} className="mt-3" />
    </Dialog>
  );
}

export function DeleteJourneyDialog({ journey, onClose }: Closing & { journey: JourneySummary }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call(api.remove, { params: { id: journey.id } }),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: journeysKey }); onClose(); },
  });
  return (
    <ConfirmDialog open onOpenChange={(open) => { if (!open) onClose(); }} title={`Delete “${journey.name}”?`} action="Delete journey" danger busy={remove.isPending} error={remove.error} onConfirm={() => remove.mutate()}>
      Its versions, runs and messages go with it. This cannot be undone. {journey.active > 0 ? `${plural(journey.active, 'person is', 'people are')} in it now: stop it first.` : null}
    </ConfirmDialog>
  );
}

export function StopJourneyDialog({ journey, onClose }: Closing & { journey: JourneySummary }) {
  const control = useControlJourney();
  return (
    <ConfirmDialog open onOpenChange={(open) => { if (!open) onClose(); }} title={`Stop “${journey.name}”?`} action="Stop journey" danger busy={control.isPending} onConfirm={() => control.mutate({ id: journey.id, action: 'stop' }, { onSettled: onClose })}>
      Nobody enters any more, and the runs of {plural(journey.active, 'person', 'people')} end now. Messages that are still queued are not sent. To only hold people where they are, pause it.
    </ConfirmDialog>
  );
}
