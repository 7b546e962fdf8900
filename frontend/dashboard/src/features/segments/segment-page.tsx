'use client';

import { api } from '@wend/contract/plain';
import type { SegmentDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { FormError } from '@/components/ui/field';
import { EmptyState, ErrorState, ListSkeleton, Skeleton } from '@/components/ui/states';
import { Tabs } from '@/components/ui/tabs';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { BuildProgress } from './build-progress';
import { GrowthTab } from './growth-tab';
import { MembersTab } from './members-tab';
import { NameFields } from './name-fields';
import { RuleSection } from './rule-section';
import { SaveButton } from './save-button';
import { SegmentMenu } from './segment-menu';
import { SizeCard } from './size-card';
import { TellChoice } from './tell-choice';
import { UsesList } from './uses-list';
import { useSaveSegment, useSegment, useSegmentUses } from './use-segments';
import { useSegmentForm } from './use-segment-form';

const tabs = ['rule', 'members', 'growth', 'uses'] as const;
type Tab = (typeof tabs)[number];

/** One segment: its rule, who is in it, how it grew and where it is used. */
export function SegmentPage({ id }: { id: string }) {
  const t = useTranslations('segments.page');
  const segment = useSegment(id);
  const parent = { label: t('segments'), href: '/segments' };
  if (segment.data) return <Loaded key={id} segment={segment.data} />;
  return (
    <>
      <PageHeader parent={parent} title={segment.isError ? t('segment') : <Skeleton className="h-4 w-32" />} />
      <PageBody>
        {segment.isError ? (
          <ErrorState error={segment.error} title={t('failed')} onRetry={() => void segment.refetch()} />
        ) : (
          <ListSkeleton />
        )}
      </PageBody>
    </>
  );
}

function Loaded({ segment }: { segment: SegmentDetail }) {
  const t = useTranslations('segments.page');
  const kinds = useTranslations('segments.kinds');
  const { get, set } = useQueryState();
  const router = useRouter();
  const toast = useToast();
  const mayEdit = useMay(api.updateSegment.access) && segment.archivedAt === null;
  const form = useSegmentForm({ saved: segment, kind: segment.kind });
  const save = useSaveSegment(form.base ?? segment);
  const [tell, setTell] = useState(true);
  /** Given up: saving begins it anew, also with the same rule. */
  const failed = segment.build?.state === 'failed' ? segment.build : null;
  const tab = tabs.find((each) => each === get('tab')) ?? (segment.kind === 'manual' ? 'members' : 'rule');
  const submit = () =>
    save.mutate(
      {
        ...form.draft,
        rule: form.isRuleChanged || failed ? form.draft.rule : null,
        tell: failed && !form.isRuleChanged ? failed.tell : tell,
      },
      {
        onSuccess: (saved) => {
          form.reset(saved);
          toast.say(t('saved'));
        },
      },
    );
  return (
    <>
      <PageHeader
        parent={{ label: t('segments'), href: '/segments' }}
        title={segment.name}
        status={
          <>
            <Badge tone="decision">{kinds(segment.kind)}</Badge>
            {segment.archivedAt ? <Badge>{t('archived')}</Badge> : null}
          </>
        }
        meta={<span data-testid="segment-members">{t('people', { count: segment.size })}</span>}
        actions={
          <>
            {mayEdit ? (
              <>
                {form.isChanged ? (
                  <Button variant="ghost" onClick={() => form.reset(segment)}>
                    {t('discard')}
                  </Button>
                ) : null}
                {tab === 'rule' || form.isChanged || failed ? (
                  <SaveButton
                    label={t('save')}
                    busy={save.isPending}
                    reason={form.reason}
                    idle={!form.isChanged && !failed}
                    onSave={submit}
                  />
                ) : null}
              </>
            ) : null}
            <SegmentMenu segment={segment} onRemoved={() => router.push('/segments')} />
          </>
        }
      />
      <PageBody>
        {form.isOutdated ? (
          <div role="alert" className="mb-4 flex flex-wrap items-center gap-3 rounded-lg bg-warn-soft px-4 py-2.5">
            <p className="min-w-52 flex-1 text-warn">{t('outdated')}</p>
            <Button size="sm" onClick={() => form.reset(segment)}>
              {t('takeTheirs')}
            </Button>
          </div>
        ) : null}
        <FormError error={save.error} className="mb-4" />
        <BuildProgress segment={segment} />
        <Tabs<Tab>
          label={t('parts')}
          value={tab}
          onChange={(next) => set({ tab: next })}
          tabs={[
            {
              value: 'rule',
              label: segment.kind === 'rule' ? t('rule') : t('about'),
              content: (
                <RuleTab
                  segment={segment}
                  form={form}
                  error={save.error}
                  mayEdit={mayEdit}
                  tell={tell}
                  onTell={setTell}
                />
              ),
            },
            { value: 'members', label: t('members'), content: <MembersTab segment={segment} mayEdit={mayEdit} /> },
            { value: 'growth', label: t('growth'), content: <GrowthTab id={segment.id} /> },
            { value: 'uses', label: t('uses'), content: <UsesTab id={segment.id} /> },
          ]}
        />
      </PageBody>
    </>
  );
}

type RuleTabProps = {
  segment: SegmentDetail;
  form: ReturnType<typeof useSegmentForm>;
  error: unknown;
  mayEdit: boolean;
  tell: boolean;
  onTell: (tell: boolean) => void;
};

function RuleTab({ segment, form, error, mayEdit, tell, onTell }: RuleTabProps) {
  const about = mayEdit ? <NameFields form={form} error={error} /> : <Description segment={segment} />;
  if (segment.kind === 'manual') return about;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px]">
      <div className="space-y-5">
        {about}
        <RuleSection form={form} mayEdit={mayEdit} />
        {mayEdit && form.isRuleChanged ? <TellChoice isNew={false} value={tell} onChange={onTell} /> : null}
      </div>
      <SizeCard rule={form.askable} reason={form.ruleReason} now={segment.size} />
    </div>
  );
}

/** For those who may not change it. */
function Description({ segment: { description } }: { segment: SegmentDetail }) {
  const t = useTranslations('segments.form');
  return description === '' ? (
    <p className="text-muted">{t('noDescription')}</p>
  ) : (
    <p className="max-w-prose break-words">{description}</p>
  );
}

function UsesTab({ id }: { id: string }) {
  const t = useTranslations('segments.uses');
  const uses = useSegmentUses(id);
  return (
    <Card>
      {uses.isPending ? <ListSkeleton rows={3} /> : null}
      {uses.isError && !uses.data ? (
        <ErrorState error={uses.error} title={t('failed')} onRetry={() => void uses.refetch()} />
      ) : null}
      {uses.data?.items.length === 0 ? <EmptyState title={t('none')}>{t('noneDetail')}</EmptyState> : null}
      {uses.data && uses.data.items.length > 0 ? <UsesList uses={uses.data.items} /> : null}
    </Card>
  );
}
