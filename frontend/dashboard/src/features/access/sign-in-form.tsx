'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { call } from '@/lib/api-client';
import { safeNextPath } from './next-path';

export function SignInForm({ next }: { next: string | undefined }) {
  const t = useTranslations('access.signInForm');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => call(api.signIn, { body: { email: email.trim(), password } }),
    // A full load: nothing of an earlier session stays in memory.
    onSuccess: () => location.assign(safeNextPath(next)),
  });
  return (
    <form
      className="space-y-4"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <Field label={t('email')} error={fieldError(signIn.error, 'email')}>
        {(control) => (
          <Input
            {...control}
            type="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('password')} error={fieldError(signIn.error, 'password')}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <FormError error={signIn.error} />
      <Button type="submit" variant="primary" className="w-full" busy={signIn.isPending || signIn.isSuccess}>
        {t('signIn')}
      </Button>
    </form>
  );
}
