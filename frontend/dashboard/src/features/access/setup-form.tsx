'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { call } from '@/lib/api-client';

const empty = { workspace: '', name: '', email: '', password: '' };
const fields = [
  { key: 'workspace', label: 'Workspace', type: 'text', complete: 'organization', help: 'The name of your company or product.' },
  { key: 'name', label: 'Your name', type: 'text', complete: 'name', help: undefined },
  { key: 'email', label: 'E-mail', type: 'email', complete: 'username', help: 'You sign in with it.' },
  { key: 'password', label: 'Password', type: 'password', complete: 'new-password', help: 'At least 10 characters.' },
] as const;

export function SetupForm() {
  const [owner, setOwner] = useState(empty);
  const create = useMutation({ mutationFn: () => call(api.createOwner, { body: owner }), onSuccess: () => location.assign('/journeys') });
  return (
    <form className="space-y-4" method="post" onSubmit={(event) => { event.preventDefault(); create.mutate(); }}>
      {fields.map(({ key, label, type, complete, help }, index) => (
        <Field key={key} label={label} help={help} error={fieldError(create.error, key)}>
          {(control) => <Input {...control} type={type} autoComplete={complete} required autoFocus={index === 0} minLength={key === 'password' ? 10 : undefined} value={owner[key]} onChange={(event) => setOwner({ ...owner, [key]: event.target.value })} />}
        </Field>
      ))}
      <FormError error={create.error} />
      <Button type="submit" variant="primary" className="w-full" busy={create.isPending || create.isSuccess}>Create workspace</Button>
    </form>
  );
}
