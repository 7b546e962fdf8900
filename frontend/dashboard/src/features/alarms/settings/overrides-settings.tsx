'use client';

import { useQuery } from '@tanstack/react-query';
import { alarmKindNames, alarmKinds, api } from '@wend/contract/plain';
import type { AlarmKind } from '@wend/contract/plain';
import type { AlarmKindSettings, AlarmOverride } from '@wend/contract';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { EmptyState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { KindIcon } from '../kind-icon';
import { useRemoveOverride } from '../use-alarms';
import { KindDialog } from './kind-dialog';
import type { StoredSettings } from './kind-dialog';
import { useLimitWords } from './limit-words';

type Subject = { about: 'journey' | 'connection'; id: string; name: string };
type Editing = { stored: StoredSettings; subject: Subject };

/** Journeys and connections with limits of their own. */
export function OverridesSettings({
  overrides,
  kinds,
}: {
  overrides: readonly AlarmOverride[];
  kinds: readonly AlarmKindSettings[];
}) {
  const t = useTranslations('alarms.overrides');
  const may = useMay(api.saveAlarmSettings.access);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [adding, setAdding] = useState(false);
  return (
    <Section
      title={t('title')}
      description={t('detail')}
      action={
        may ? (
          <Button icon={<Plus size={15} strokeWidth={1.75} aria-hidden />} onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        ) : null
      }
    >
      {overrides.length === 0 ? (
        <EmptyState title={t('empty')} className="py-8">
          {t('emptyDetail')}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {overrides.map((override) => (
            <OverrideRow
              key={override.id}
              override={override}
              onEdit={(subject) => setEditing({ stored: override, subject })}
            />
          ))}
        </ul>
      )}
      {adding ? (
        <ChooseDialog
          kinds={kinds}
          onClose={() => setAdding(false)}
          onChoose={(chosen) => {
            setAdding(false);
            setEditing(chosen);
          }}
        />
      ) : null}
      {editing ? <KindDialog {...editing} onClose={() => setEditing(null)} /> : null}
    </Section>
  );
}

function OverrideRow({ override, onEdit }: { override: AlarmOverride; onEdit: (subject: Subject) => void }) {
  const t = useTranslations('alarms.overrides');
  const kindWords = useTranslations('alarms.kinds');
  const limit = useLimitWords();
  const toast = useToast();
  const remove = useRemoveOverride();
  const may = useMay(api.saveAlarmSettings.access);
  const { id, kind, subject, enabled, settings, muted } = override;
  const name = t(subject.about === 'journey' ? 'journey' : 'connection', { name: subject.name });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <span className="text-muted">
        <KindIcon kind={kind} />
      </span>
      <div className="min-w-52 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold break-words">{name}</span>
          <span>{kindWords(`${kind}.title`)}</span>
          {enabled ? null : <Badge>{t('off')}</Badge>}
          {muted ? <Badge>{t('muted')}</Badge> : null}
        </p>
        <p className="text-xs text-muted">{limit(kind, settings)}</p>
      </div>
      {may && subject.about !== 'workspace' && subject.id !== null ? (
        <div className="flex items-center gap-1">
          <Button
            size="sm"
            aria-label={t('editWhat', { what: name })}
            onClick={() =>
              onEdit({ about: subject.about as Subject['about'], id: subject.id as string, name: subject.name })
            }
          >
            {t('edit')}
          </Button>
          <IconButton
            label={t('remove', { what: name })}
            onClick={() => remove.mutate(id, { onError: (error) => toast.fail(t('removeFailed'), error) })}
          >
            <Trash2 size={15} strokeWidth={1.75} />
          </IconButton>
        </div>
      ) : null}
    </li>
  );
}

/** Which kind, and for what: then come its limits, as they are in the workspace. */
function ChooseDialog({
  kinds,
  onChoose,
  onClose,
}: {
  kinds: readonly AlarmKindSettings[];
  onChoose: (chosen: Editing) => void;
  onClose: () => void;
}) {
  const t = useTranslations('alarms.overrides');
  const kindWords = useTranslations('alarms.kinds');
  const [kind, setKind] = useState<AlarmKind>('failures');
  const [chosen, setChosen] = useState<string | undefined>();
  const subjects = useSubjects().filter(({ about }) => (alarmKinds[kind].about as readonly string[]).includes(about));
  const subject = subjects.find(({ id }) => id === chosen);
  const stored = kinds.find((each) => each.kind === kind);
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('addTitle')}
      description={t('addDetail')}
      onSubmit={() => subject && stored && onChoose({ stored, subject })}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" disabled={!subject}>
            {t('continue')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('kind')}>
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={setKind}
              options={alarmKindNames.map((value) => ({ value, label: kindWords(`${value}.title`) }))}
            />
          )}
        </Field>
        <Field label={t('subject')}>
          {(control) => (
            <Select
              {...control}
              value={subject?.id}
              onChange={setChosen}
              placeholder={t('choose')}
              options={subjects.map(({ id, about, name }) => ({ value: id, label: t(about, { name }) }))}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

function useSubjects(): Subject[] {
  const journeys = useQuery({
    queryKey: ['alarms', 'journeys'],
    queryFn: ({ signal }) => call(api.list, { query: { archived: 'false' }, signal }),
  });
  const connections = useQuery({
    queryKey: ['alarms', 'connections'],
    queryFn: ({ signal }) => call(api.connections, { signal }),
  });
  return [
    ...(journeys.data?.items ?? []).map(({ id, name }) => ({ about: 'journey' as const, id, name })),
    ...(connections.data?.items ?? []).map(({ id, name }) => ({ about: 'connection' as const, id, name })),
  ];
}
