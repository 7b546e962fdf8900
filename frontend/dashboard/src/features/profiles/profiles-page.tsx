'use client';

import type { Rule } from '@wend/contract';
import { Users, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { IconButton } from '@/components/ui/icon-button';
import { SearchInput } from '@/components/ui/input';
import { LoadMore } from '@/components/ui/load-more';
import { Select } from '@/components/ui/select';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { ExportPeopleButton, ImportPeopleButton } from '@/features/imports/import-people-button';
import { RuleSentence } from '@/features/rules/rule-sentence';
import { SegmentPicker } from '@/features/segments/segment-picker';
import { useDebounced } from '@/lib/use-debounced';
import { useQueryState } from '@/lib/use-query-state';
import { ColumnsMenu } from './columns-menu';
import { useColumns } from './columns';
import { ProfilesTable } from './profiles-table';
import { RuleFilter } from './rule-filter';
import { sorts, usePeople, usePeopleCount } from './use-people';
import type { PeopleQuery } from './use-people';

export function ProfilesPage() {
  const t = useTranslations('profiles.profilesPage');
  const { get, set } = useQueryState();
  const [search, setSearch] = useState(get('search') ?? '');
  const rested = useDebounced(search.trim());
  useEffect(() => set({ search: rested }), [rested, set]);
  const [segment, setSegment] = useState(get('segment') ?? '');
  const ruleText = get('rule');
  const [rule, setRule] = useState<Rule | null>(() => ruleFrom(ruleText));
  const sort = sorts.find((each) => each === get('sort')) ?? 'newest';
  const query = useMemo(() => ({ search: rested, segment, rule }), [rested, segment, rule]);
  const people = usePeople({ ...query, sort });
  const [columns, setColumns] = useColumns();
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const chooseSegment = (id: string) => {
    setSegment(id);
    set({ segment: id });
  };
  const chooseRule = (next: Rule | null) => {
    setRule(next);
    set({ rule: next === null ? '' : JSON.stringify(next) });
  };
  return (
    <>
      <PageHeader title={t('profiles')} actions={<PeopleFiles query={query} />} />
      <PageBody>
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchInput
            className="w-full sm:w-72"
            placeholder={t('searchPlaceholder')}
            aria-label={t('searchProfiles')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <div className="flex items-center gap-1">
            <SegmentPicker
              className="w-52"
              aria-label={t('segment')}
              placeholder={t('anySegment')}
              value={segment}
              onChange={chooseSegment}
            />
            {segment ? (
              <IconButton label={t('clearSegment')} onClick={() => chooseSegment('')}>
                <X size={15} strokeWidth={1.75} />
              </IconButton>
            ) : null}
          </div>
          <RuleFilter rule={rule} onChange={chooseRule} />
          <span className="flex-1" />
          <div className="w-44">
            <Select
              aria-label={t('sort')}
              value={sort}
              onChange={(next) => set({ sort: next === 'newest' ? '' : next })}
              options={sorts.map((value) => ({ value, label: t(`sorts.${value}`) }))}
            />
          </div>
          <span className="max-md:hidden">
            <ColumnsMenu columns={columns} onChange={setColumns} />
          </span>
        </div>
        {rule === null ? null : (
          <div className="mb-3 flex items-start gap-2 rounded-md border border-line bg-surface px-3 py-2">
            <div className="min-w-0 flex-1">
              <RuleSentence rule={rule} />
            </div>
            <IconButton label={t('clearFilter')} onClick={() => chooseRule(null)}>
              <X size={15} strokeWidth={1.75} />
            </IconButton>
          </div>
        )}
        <Count query={query} />
        <Card>
          {people.isPending ? <ListSkeleton rows={8} /> : null}
          {people.isError && items.length === 0 ? (
            <ErrorState error={people.error} title={t('failed')} onRetry={() => void people.refetch()} />
          ) : null}
          {people.data && items.length === 0 ? (
            <NoProfiles
              query={query}
              onClear={() => {
                setSearch('');
                chooseSegment('');
                chooseRule(null);
              }}
            />
          ) : null}
          {items.length > 0 ? <ProfilesTable profiles={items} columns={columns} /> : null}
          <LoadMore
            has={people.hasNextPage}
            busy={people.isFetchingNextPage}
            onMore={() => void people.fetchNextPage()}
          />
        </Card>
      </PageBody>
    </>
  );
}

type Filter = Omit<PeopleQuery, 'sort'>;

/** What is exported is what the list shows. */
function PeopleFiles({ query: { search, segment, rule } }: { query: Filter }) {
  return (
    <>
      <ExportPeopleButton
        query={{
          ...(search === '' ? {} : { search }),
          ...(segment === '' ? {} : { segment }),
          ...(rule === null ? {} : { rule: JSON.stringify(rule) }),
        }}
      />
      <ImportPeopleButton />
    </>
  );
}

/** A rule that stands in the address; null for anything else. */
function ruleFrom(text: string | undefined): Rule | null {
  if (!text) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'op' in value ? (value as Rule) : null;
  } catch {
    return null;
  }
}

function Count({ query }: { query: Filter }) {
  const t = useTranslations('profiles.profilesPage');
  const { data } = usePeopleCount(query);
  return (
    <p className="mb-2 min-h-4 text-xs text-muted" role="status">
      {data ? (data.more ? t('moreThan', { count: data.count }) : t('count', { count: data.count })) : null}
    </p>
  );
}

function NoProfiles({ query, onClear }: { query: Filter; onClear: () => void }) {
  const t = useTranslations('profiles.profilesPage');
  if (query.search || query.segment || query.rule)
    return (
      <EmptyState
        title={query.search ? t('noMatch', { search: query.search }) : t('noMatchFilter')}
        actions={<Button onClick={onClear}>{t('clearSearch')}</Button>}
      >
        {t('noMatchDetail')}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Users size={20} strokeWidth={1.75} />}
      title={t('noProfilesYet')}
      actions={
        <>
          <ImportPeopleButton />
          <Button asChild>
            <Link href="/settings?tab=start">{t('sendYourFirstEvent')}</Link>
          </Button>
        </>
      }
    >
      {t('noProfilesYetDetail')}
    </EmptyState>
  );
}
