'use client';

import { api } from '@wend/contract/plain';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { FormError } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { useMay } from '@/lib/session';
import { snippet, snippetLanguages } from './snippets';
import type { SnippetLanguage } from './snippets';
import { useCreateApiKey } from './use-api-keys';

const placeholder = 'YOUR_API_KEY';

/** Code to copy, with the right address and, if wanted, a fresh key in it. */
export function FirstEventSettings() {
  const [language, setLanguage] = useState<SnippetLanguage>('node');
  const [origin, setOrigin] = useState('');
  useEffect(() => setOrigin(location.origin), []);
  const mayCreate = useMay(api.createApiKey.access);
  const create = useCreateApiKey();
  const key = create.data?.key ?? placeholder;
  return (
    <Section title="Send your first event" description="Wend speaks the Segment API: keep the SDK that you have and change its host.">
      <div className="space-y-4 p-4">
        {mayCreate ? (
          <div className="flex flex-wrap items-center gap-3 rounded-lg bg-canvas px-3 py-2.5">
            <p className="min-w-0 flex-1">{create.data ? <>The code below has the new key <span className="font-medium">{create.data.name}</span>. Copy it now: it is not shown again.</> : 'The code needs an API key that may send events.'}</p>
            {create.data ? null : <Button variant="primary" busy={create.isPending} onClick={() => create.mutate({ name: 'First event', scopes: ['ingest'] })}>Create a key</Button>}
          </div>
        ) : <p className="rounded-lg bg-canvas px-3 py-2.5">The code needs an API key: ask an owner, admin or developer for one.</p>}
        <FormError error={create.error} />
        <Segmented label="Language" value={language} onChange={setLanguage} options={snippetLanguages} />
        {origin ? <CodeBlock label={`Code for ${language}`} code={snippet({ language, origin, key })} /> : null}
        <p className="text-xs text-muted">The person appears under Profiles at once, and the event can be chosen wherever a journey asks for one.</p>
      </div>
    </Section>
  );
}
