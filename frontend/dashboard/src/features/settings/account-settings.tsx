'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useSession } from '@/lib/session';

export function AccountSettings() {
  const { member } = useSession();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const toast = useToast();
  const change = useMutation({
    mutationFn: () => call(api.changePassword, { body: { current, password } }),
    onSuccess: () => { setCurrent(''); setPassword(''); toast.say('Password changed', { detail: 'All other sessions of yours were ended.' }); },
  });
  return (
    <Section title="Password" description={`For ${member.email}. Changing it ends all your other sessions.`}>
      <form className="grid max-w-sm gap-4 p-4" onSubmit={(event) => { event.preventDefault(); change.mutate(); }}>
        <input type="text" hidden readOnly autoComplete="username" value={member.email} />
        <Field label="Current password" error={fieldError(change.error, 'current')}>{(control) => <Input {...control} type="password" autoComplete="current-password" required value={current} onChange={(event) => setCurrent(event.target.value)} />}</Field>
        <Field label="New password" help="At least 10 characters." error={fieldError(change.error, 'password')}>{(control) => <Input {...control} type="password" autoComplete="new-password" required minLength={10} value={password} onChange={(event) => setPassword(event.target.value)} />}</Field>
        <FormError error={change.error} />
        <div><Button type="submit" variant="primary" busy={change.isPending}>Change password</Button></div>
      </form>
    </Section>
  );
}
