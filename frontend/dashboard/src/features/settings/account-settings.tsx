'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useSession } from '@/lib/session';

export function AccountSettings() {
  const t = useTranslations('settings.accountSettings');
  const { member } = useSession();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const toast = useToast();
  const change = useMutation({
    mutationFn: () => call(api.changePassword, { body: { current, password } }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      toast.say(t('passwordChanged'), { detail: t('signedOutElsewhere') });
    },
  });
  return (
    <Section title={t('password')} description={t('passwordHint', { email: member.email })}>
      <form
        className="grid max-w-sm gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <input type="text" hidden readOnly autoComplete="username" value={member.email} />
        <Field label={t('currentPassword')} error={fieldError(change.error, 'current')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              required
              value={current}
              onChange={(event) => setCurrent(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('newPassword')} help={t('atLeastTen')} error={fieldError(change.error, 'password')}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              required
              minLength={10}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <FormError error={change.error} />
        <div>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {t('changePassword')}
          </Button>
        </div>
      </form>
    </Section>
  );
}
