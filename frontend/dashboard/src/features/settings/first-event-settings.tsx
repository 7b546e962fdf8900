'use client';

import { api } from '@wend/contract/plain';
import { ShoppingBag } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { FormError } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { useMay, useSession } from '@/lib/session';
import { snippet, snippetLanguages } from './snippets';
import type { SnippetLanguage } from './snippets';
import { useCreateApiKey } from './use-api-keys';

const placeholder = 'YOUR_API_KEY';

/** Code to copy, with the right address and, if wanted, a fresh key in it. */
export function FirstEventSettings({ demoShop }: { demoShop: boolean }) {
  const t = useTranslations('settings.firstEventSettings');
  const { workspace } = useSession();
  const [language, setLanguage] = useState<SnippetLanguage>('node');
  const [origin, setOrigin] = useState('');
  useEffect(() => setOrigin(location.origin), []);
  const mayCreate = useMay(api.createApiKey.access);
  const create = useCreateApiKey();
  const key = create.data?.key ?? placeholder;
  return (
    <Section title={t('sendYourFirstEvent')} description={t('detail')}>
      <div className="space-y-4 p-4">
        {mayCreate ? (
          <div className="flex flex-wrap items-center gap-3 rounded-lg bg-canvas px-3 py-2.5">
            <p className="min-w-0 flex-1">
              {create.data ? (
                <>
                  {t.rich('keyCreated', {
                    name: create.data.name,
                    span: (chunks) => <span className="font-medium">{chunks}</span>,
                  })}
                </>
              ) : (
                t('keyNeeded')
              )}
            </p>
            {create.data ? null : (
              <Button
                variant="primary"
                busy={create.isPending}
                onClick={() => create.mutate({ name: t('keyName'), scopes: ['ingest'] })}
              >
                {t('createKey')}
              </Button>
            )}
          </div>
        ) : (
          <p className="rounded-lg bg-canvas px-3 py-2.5">{t('askForKey')}</p>
        )}
        <FormError error={create.error} />
        <Segmented label={t('language')} value={language} onChange={setLanguage} options={snippetLanguages} />
        {origin ? <CodeBlock label={t('code', { language })} code={snippet({ language, origin, key })} /> : null}
        <p className="text-xs text-muted">{t('after')}</p>
        {demoShop && workspace.demo ? (
          <div className="flex flex-wrap items-center gap-3 border-t border-line pt-4">
            <p className="min-w-0 flex-1">{t('demoShop')}</p>
            <Button asChild icon={<ShoppingBag size={15} strokeWidth={1.75} aria-hidden />}>
              <Link href="/demo-shop" target="_blank">
                {t('openDemoShop')}
              </Link>
            </Button>
          </div>
        ) : null}
      </div>
    </Section>
  );
}
