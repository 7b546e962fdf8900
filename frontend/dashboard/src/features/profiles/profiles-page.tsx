'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ProfileSummary } from '@wend/contract';
import { Users } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { ExportPeopleButton, ImportPeopleButton } from '@/features/imports/import-people-button';
import { call } from '@/lib/api-client';
import { useDebounced } from '@/lib/use-debounced';
import { useQueryState } from '@/lib/use-query-state';

export function ProfilesPage() {
  const t = useTranslations('profiles.profilesPage');
  const { get, set } = useQueryState();
  const [search, setSearch] = useState(get('search') ?? '');
  const rested = useDebounced(search.trim());
  useEffect(() => set({ search: rested }), [rested, set]);
  const profiles = useInfiniteQuery({
    queryKey: ['profiles', rested],
    queryFn: ({ pageParam, signal }) =>
      call(api.profiles, { query: { search: rested, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 15_000,
  });
  const items = profiles.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title={t('profiles')} actions={<PeopleFiles search={rested} />} />
      <PageBody>
        <SearchInput
          className="mb-3 w-full sm:w-80"
          placeholder={t('searchPlaceholder')}
          aria-label={t('searchProfiles')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Card>
          {profiles.isPending ? <ListSkeleton rows={8} /> : null}
          {profiles.isError && items.length === 0 ? (
            <ErrorState error={profiles.error} title={t('failed')} onRetry={() => void profiles.refetch()} />
          ) : null}
          {profiles.data && items.length === 0 ? <NoProfiles search={rested} onClear={() => setSearch('')} /> : null}
          {items.length > 0 ? <ProfileTable profiles={items} /> : null}
          <LoadMore
            has={profiles.hasNextPage}
            busy={profiles.isFetchingNextPage}
            onMore={() => void profiles.fetchNextPage()}
          />
        </Card>
      </PageBody>
    </>
  );
}

function PeopleFiles({ search }: { search: string }) {
  return (
    <>
      <ExportPeopleButton query={search === '' ? {} : { search }} />
      <ImportPeopleButton />
    </>
  );
}

function NoProfiles({ search, onClear }: { search: string; onClear: () => void }) {
  const t = useTranslations('profiles.profilesPage');
  if (search)
    return (
      <EmptyState title={t('noMatch', { search })} actions={<Button onClick={onClear}>{t('clearSearch')}</Button>}>
        {t('noMatchDetail')}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<Users size={20} strokeWidth={1.75} />}
      title={t('noProfilesYet')}
      actions={
        <Button variant="primary" asChild>
          <Link href="/settings?tab=start">{t('sendYourFirstEvent')}</Link>
        </Button>
      }
    >
      {t('noProfilesYetDetail')}
    </EmptyState>
  );
}

function ProfileTable({ profiles }: { profiles: readonly ProfileSummary[] }) {
  const t = useTranslations('profiles.profilesPage');
  return (
    <Table label={t('profiles')}>
      <thead>
        <tr>
          <HeadCell>{t('person')}</HeadCell>
          <HeadCell className="max-md:hidden">{t('externalId')}</HeadCell>
          <HeadCell className="max-lg:hidden">{t('timeZone')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('lastSeen')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {profiles.map((profile) => (
          <Row key={profile.id} className="relative">
            <Cell className="w-full max-w-0 min-w-44">
              <div className="flex items-center gap-3">
                <Avatar name={profile.name} />
                <div className="min-w-0">
                  <div className="flex items-center gap-2">
                    <Link
                      href={`/profiles/${profile.id}`}
                      className="block truncate font-semibold after:absolute after:inset-0"
                    >
                      {profile.name}
                    </Link>
                    {profile.demo ? <Badge>{t('demo')}</Badge> : null}
                  </div>
                  <p className="truncate text-xs text-muted">{profile.email ?? t('noEmail')}</p>
                </div>
              </div>
            </Cell>
            <Cell className="max-w-56 truncate font-mono text-xs text-muted max-md:hidden">
              {profile.externalId ?? t('anonymous')}
            </Cell>
            <Cell className="whitespace-nowrap text-muted max-lg:hidden">{profile.timeZone ?? '–'}</Cell>
            <Cell className="whitespace-nowrap text-muted max-sm:hidden">
              <RelativeTime at={profile.lastSeenAt} zone={profile.timeZone} className="relative z-10" />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
