'use client';

import type { Json, ProfileDetail } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { Pencil, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { FormError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { ApiProblem } from '@/lib/api-client';
import { exactTime } from '@/lib/time';
import { useMay } from '@/lib/session';
import { TraitValueField } from './trait-form';
import { draftOf, isPlainList, readTrait } from './trait-values';
import type { TraitDraft } from './trait-values';
import { useEditPerson } from './use-person';

/** What is known of a person, each trait to be changed where it stands. */
export function TraitsSection({ profile }: { profile: ProfileDetail }) {
  const t = useTranslations('profiles.traits');
  const may = useMay(api.editProfile.access);
  const [open, setOpen] = useState<string | null>(null);
  const names = Object.keys(profile.traits).sort((a, b) => a.localeCompare(b));
  return (
    <Section
      title={t('title')}
      action={
        may ? (
          <IconButton label={t('add')} size="sm" variant="secondary" onClick={() => setOpen('')}>
            <Plus size={14} strokeWidth={1.75} />
          </IconButton>
        ) : undefined
      }
    >
      {open === '' ? <TraitEditor profile={profile} name={null} onClose={() => setOpen(null)} /> : null}
      {names.length === 0 && open !== '' ? (
        <p className="p-4 text-muted">
          {t.rich('none', { code: (chunks) => <code className="font-mono text-xs">{chunks}</code> })}
        </p>
      ) : null}
      <ul className="divide-y divide-line">
        {names.map((name) =>
          open === name ? (
            <li key={name}>
              <TraitEditor profile={profile} name={name} onClose={() => setOpen(null)} />
            </li>
          ) : (
            <li key={name} className="group flex items-start gap-2 px-4 py-2">
              <div className="min-w-0 flex-1">
                <p className="truncate text-xs text-muted" title={setAt(profile.traitTimes[name])}>
                  {name}
                </p>
                <div className="break-words">
                  <TraitValue value={profile.traits[name]!} />
                </div>
              </div>
              {may ? (
                <IconButton label={t('edit', { name })} onClick={() => setOpen(name)}>
                  <Pencil size={14} strokeWidth={1.75} />
                </IconButton>
              ) : null}
            </li>
          ),
        )}
      </ul>
    </Section>
  );

  function setAt(at: string | undefined): string | undefined {
    return at === undefined ? undefined : t('setAt', { time: exactTime(at) });
  }
}

function TraitValue({ value }: { value: Json }) {
  const t = useTranslations('profiles.profileFacts');
  if (value === null) return <span className="text-muted">{t('none')}</span>;
  if (isPlainList(value)) return <span>{value.join(', ')}</span>;
  if (typeof value === 'object') return <code className="font-mono text-xs break-all">{JSON.stringify(value)}</code>;
  return <span>{typeof value === 'boolean' ? (value ? t('yes') : t('no')) : String(value)}</span>;
}

type TraitEditorProps = {
  profile: ProfileDetail;
  /** Null for a new one. */
  name: string | null;
  onClose: () => void;
};

function TraitEditor({ profile, name, onClose }: TraitEditorProps) {
  const t = useTranslations('profiles.traits');
  const [title, setTitle] = useState(name ?? '');
  /** What it was when the editing began. Who was first meanwhile is told of, and nothing of theirs is lost. */
  const [seen, setSeen] = useState<Json>(name === null ? null : (profile.traits[name] ?? null));
  const [draft, setDraft] = useState<TraitDraft>(() => (seen === null ? { type: 'text', text: '' } : draftOf(seen)));
  const edit = useEditPerson(profile.id);
  const key = title.trim();
  const isTaken = name === null && key in profile.traits;
  const read = readTrait(draft);
  const now = name === null ? null : (profile.traits[name] ?? null);
  const isStale = name !== null && JSON.stringify(now) !== JSON.stringify(seen);
  const isConflict = edit.error instanceof ApiProblem && edit.error.code === 'profile-changed';
  const send = (value: Json) =>
    edit.mutate({ traits: { [key]: value }, expected: { [key]: seen } }, { onSuccess: onClose });
  return (
    <form
      className="space-y-2 border-b border-line bg-bg px-4 py-3 last:border-b-0"
      aria-label={name === null ? t('newTrait') : t('edit', { name })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if ('value' in read && key !== '' && !isTaken) send(read.value);
      }}
    >
      {name === null ? (
        <Input
          autoFocus
          aria-label={t('name')}
          placeholder={t('name')}
          maxLength={200}
          value={title}
          aria-invalid={isTaken || undefined}
          onChange={(event) => setTitle(event.target.value)}
        />
      ) : (
        <p className="text-xs font-medium break-all">{name}</p>
      )}
      {isTaken ? <p className="text-xs text-bad">{t('taken')}</p> : null}
      <TraitValueField name={key || t('newTrait')} draft={draft} onChange={setDraft} />
      {isStale ? (
        <div role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          <p className="break-words">
            {now === null ? t('goneMeanwhile') : t('changedMeanwhile', { value: short(now) })}
          </p>
          <div className="mt-1.5 flex flex-wrap gap-2">
            <Button
              size="sm"
              onClick={() => {
                setSeen(now);
                if (now !== null) setDraft(draftOf(now));
                edit.reset();
              }}
            >
              {t('takeTheirs')}
            </Button>
            <Button
              size="sm"
              onClick={() => {
                setSeen(now);
                edit.reset();
              }}
            >
              {t('keepMine')}
            </Button>
          </div>
        </div>
      ) : null}
      {edit.error && !isConflict ? <FormError error={edit.error} /> : null}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          size="sm"
          variant="primary"
          busy={edit.isPending}
          disabled={key === '' || isTaken || isStale || !('value' in read)}
        >
          {t('save')}
        </Button>
        <Button size="sm" onClick={onClose}>
          {t('cancel')}
        </Button>
        {name === null ? null : (
          <Button
            size="sm"
            variant="danger"
            className="ml-auto"
            disabled={edit.isPending || isStale}
            onClick={() => send(null)}
          >
            {t('remove')}
          </Button>
        )}
      </div>
    </form>
  );
}

function short(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
