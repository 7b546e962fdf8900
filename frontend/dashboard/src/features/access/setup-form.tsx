'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { PlaceFields } from '@/features/workspace/place-fields';
import { useBrowserPlace } from '@/features/workspace/place';
import { call } from '@/lib/api-client';

const empty = { workspace: '', name: '', email: '', password: '' };
const fields = [
  { key: 'workspace', type: 'text', complete: 'organization' },
  { key: 'name', type: 'text', complete: 'name' },
  { key: 'email', type: 'email', complete: 'username' },
  { key: 'password', type: 'password', complete: 'new-password' },
] as const;

/** `token`: that of the link in the log; without it the person types it. */
export function SetupForm({ token: given = '' }: { token?: string | undefined }) {
  const t = useTranslations('access.setupForm');
  const [owner, setOwner] = useState(empty);
  const [token, setToken] = useState(given);
  const [place, setPlace] = useState<{ timeZone?: string; language?: string }>({});
  const here = { ...useBrowserPlace(), ...place };
  const create = useMutation({
    mutationFn: () => call(api.createOwner, { body: { ...owner, ...here, token: token.trim() } }),
    onSuccess: () => location.assign('/journeys'),
  });
  const tokenError = fieldError(create.error, 'token');
  return (
    <form
      className="space-y-4"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      {given === '' || tokenError ? (
        <Field label={t('token')} help={t('tokenHelp')} error={tokenError}>
          {(control) => (
            <Input
              {...control}
              type="text"
              autoComplete="off"
              spellCheck={false}
              required
              autoFocus
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      {fields.map(({ key, type, complete }, index) => (
        <Field
          key={key}
          label={t(`fields.${key}`)}
          help={key === 'name' ? undefined : t(`help.${key}`)}
          error={fieldError(create.error, key)}
        >
          {(control) => (
            <Input
              {...control}
              type={type}
              autoComplete={complete}
              required
              autoFocus={given !== '' && index === 0}
              minLength={key === 'password' ? 10 : undefined}
              value={owner[key]}
              onChange={(event) => setOwner({ ...owner, [key]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <PlaceFields value={here} onChange={(next) => setPlace({ ...place, ...next })} error={create.error} />
      <FormError error={create.error} />
      <Button type="submit" variant="primary" className="w-full" busy={create.isPending || create.isSuccess}>
        {t('createWorkspace')}
      </Button>
    </form>
  );
}
