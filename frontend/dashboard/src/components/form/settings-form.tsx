'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { QueryKey, UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { FormError } from '@/components/ui/field';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';

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
  words: { save: string; readOnly?: string };
  save: Pick<UseMutationResult, 'error' | 'isPending'>;
  /** What is typed differs from what is saved. */
  changed: boolean;
  onSave: () => void;
  /** Whoever looks may not change it. */
  disabled: boolean;
  children: ReactNode;
};

/**
 * The form of a section, with what went wrong and the button that saves it. `disabled`: whoever looks may not change it;
 * fields follow by `disabled` of a fieldset, or by their own.
 */
export function SettingsForm({ words, save, changed, onSave, disabled, children }: SettingsFormProps) {
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
      {disabled ? (
        words.readOnly && <p className="text-xs text-muted">{words.readOnly}</p>
      ) : (
        <div>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!changed}>
            {words.save}
          </Button>
        </div>
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
