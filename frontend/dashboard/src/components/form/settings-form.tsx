'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { QueryKey, UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { Access } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { FormError } from '@/components/ui/field';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { useRoleWords } from '@/lib/error-words';
import { useMay } from '@/lib/session';

type SettingsSectionProps<Saved> = {
  words: { title: string; detail: ReactNode; failed: string };
  saved: UseQueryResult<Saved>;
  action?: ReactNode;
  children: (saved: Saved) => ReactNode;
};

/** A section of Settings: waits for what is saved, says when it could not be loaded, and shows it. */
export function SettingsSection<Saved>({ words, saved, action, children }: SettingsSectionProps<Saved>) {
  return (
    <Section title={words.title} description={words.detail} action={action}>
      {saved.isPending ? <ListSkeleton rows={2} /> : null}
      {saved.isError && !saved.data ? (
        <ErrorState error={saved.error} title={words.failed} onRetry={() => void saved.refetch()} />
      ) : null}
      {saved.data === undefined ? null : children(saved.data)}
    </Section>
  );
}

type SettingsFormProps = {
  words: { save: string };
  /** What saving takes; whoever may not is told who may. */
  access: Access;
  save: Pick<UseMutationResult, 'error' | 'isPending'>;
  /** What is typed differs from what is saved. */
  changed: boolean;
  onSave: () => void;
  children: ReactNode;
};

/**
 * The form of a section, with what went wrong and the button that saves it. Fields are disabled by whoever draws them.
 */
export function SettingsForm({ words, access, save, changed, onSave, children }: SettingsFormProps) {
  const t = useTranslations('common.settingsForm');
  const roles = useRoleWords();
  const may = useMay(access);
  return (
    <form
      noValidate
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && !save.isPending) onSave();
      }}
    >
      {children}
      <FormError error={save.error} />
      {may ? (
        <div>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!changed}>
            {words.save}
          </Button>
        </div>
      ) : (
        <p className="text-xs text-muted">{t('readOnly', { roles: roles(access) })}</p>
      )}
    </form>
  );
}

type SaveSettingsOptions<Saved, Change> = {
  key: QueryKey;
  call: (change: Change) => Promise<Saved>;
  said: string;
  onSaved: () => void;
};

/** Saves settings, says so, and keeps the answer as what is saved. */
export function useSaveSettings<Saved, Change>({ key, call, said, onSaved }: SaveSettingsOptions<Saved, Change>) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: call,
    onSuccess: (saved) => {
      client.setQueryData(key, saved);
      toast.say(said);
      onSaved();
    },
  });
}
