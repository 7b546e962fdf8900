'use client';

import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { FormError } from '@/components/ui/field';
import { EmptyState } from '@/components/ui/states';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { NameFields } from './name-fields';
import { RuleSection } from './rule-section';
import { SaveButton } from './save-button';
import { SizeCard } from './size-card';
import { TellChoice } from './tell-choice';
import { useSaveSegment } from './use-segments';
import { useSegmentForm } from './use-segment-form';

/** A segment before it is saved for the first time. */
export function NewSegmentPage() {
  const t = useTranslations('segments.page');
  if (useMay(api.createSegment.access)) return <NewSegment />;
  return (
    <>
      <PageHeader parent={{ label: t('segments'), href: '/segments' }} title={t('newRule')} />
      <PageBody>
        <Card>
          <EmptyState
            title={t('mayNot')}
            actions={
              <Button asChild>
                <Link href="/segments">{t('toList')}</Link>
              </Button>
            }
          >
            {t('mayNotDetail')}
          </EmptyState>
        </Card>
      </PageBody>
    </>
  );
}

function NewSegment() {
  const t = useTranslations('segments.page');
  const { get } = useQueryState();
  const router = useRouter();
  const kind = get('kind') === 'manual' ? 'manual' : 'rule';
  const form = useSegmentForm({ saved: null, kind });
  const save = useSaveSegment(null);
  const [tell, setTell] = useState(false);
  const submit = () =>
    save.mutate(
      { ...form.draft, rule: kind === 'rule' ? form.draft.rule : null, tell },
      {
        onSuccess: (segment) => {
          form.reset(segment);
          router.replace(`/segments/${segment.id}`);
        },
      },
    );
  return (
    <>
      <PageHeader
        parent={{ label: t('segments'), href: '/segments' }}
        title={kind === 'manual' ? t('newManual') : t('newRule')}
        actions={<SaveButton label={t('create')} busy={save.isPending} reason={form.reason} onSave={submit} />}
      />
      <PageBody>
        <FormError error={save.error} className="mb-4" />
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px]">
          <div className="space-y-5">
            <NameFields form={form} error={save.error} />
            {kind === 'rule' ? (
              <>
                <RuleSection form={form} />
                <TellChoice isNew value={tell} onChange={setTell} />
              </>
            ) : (
              <p className="text-muted">{t('manualHint')}</p>
            )}
          </div>
          {kind === 'rule' ? <SizeCard rule={form.askable} reason={form.ruleReason} /> : null}
        </div>
      </PageBody>
    </>
  );
}
