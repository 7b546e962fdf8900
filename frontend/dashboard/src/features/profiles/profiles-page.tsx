'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ProfileSummary } from '@wend/contract';
import { Users } from 'lucide-react';
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
import { call } from '@/lib/api-client';
import { useDebounced } from '@/lib/use-debounced';
import { useQueryState } from '@/lib/use-query-state';

export function ProfilesPage() {
  const { get, set } = useQueryState();
  const [search, setSearch] = useState(get('search') ?? '');
  const rested = useDebounced(search.trim());
  useEffect(() => set({ search: rested }), [rested, set]);
  const profiles = useInfiniteQuery({
    queryKey: ['profiles', rested],
    queryFn: ({ pageParam, signal }) => call(api.profiles, { query: { search: rested, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 15_000,
  });
  const items = profiles.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title="Profiles" />
      <PageBody>
        <SearchInput className="mb-3 w-full sm:w-80" placeholder="Name, e-mail or id" aria-label="Search profiles" value={search} onChange={(event) => setSearch(event.target.value)} />
        <Card>
          {profiles.isPending ? <ListSkeleton rows={8} /> : null}
          {profiles.isError && items.length === 0 ? <ErrorState error={profiles.error} title="The profiles could not be loaded" onRetry={() => void profiles.refetch()} /> : null}
          {profiles.data && items.length === 0 ? <NoProfiles search={rested} onClear={() => setSearch('')} /> : null}
          {items.length > 0 ? <ProfileTable profiles={items} /> : null}
          <LoadMore has={profiles.hasNextPage} busy={profiles.isFetchingNextPage} onMore={() => void profiles.fetchNextPage()} />
        </Card>
      </PageBody>
    </>
  );
}

function NoProfiles({ search, onClear }: { search: string; onClear: () => void }) {
  if (search) return <EmptyState title={`Nobody matches “${search}”`} actions={<Button onClick={onClear}>Show everybody</Button>}>Search looks at names, e-mail addresses and external ids.</EmptyState>;
  return (
    <EmptyState icon={<Users size={20} strokeWidth={1.75} />} title="Nobody is here yet" actions={<Button variant="primary" asChild><Link href="/settings?tab=start">Send your first event</Link></Button>}>
      A profile appears as soon as the first event of a person arrives.
    </EmptyState>
  );
}

function ProfileTable({ profiles }: { profiles: readonly ProfileSummary[] }) {
  return (
    <Table label="Profiles">
      <thead>
        <tr>
          <HeadCell>Person</HeadCell>
          <HeadCell className="max-md:hidden">External id</HeadCell>
          <HeadCell className="max-lg:hidden">Time zone</HeadCell>
          <HeadCell className="max-sm:hidden">Last seen</HeadCell>
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
                    <Link href={`/profiles/${profile.id}`} className="block truncate font-semibold after:absolute after:inset-0">{profile.name}</Link>
                    {profile.demo ? <Badge>demo</Badge> : null}
                  </div>
                  <p className="truncate text-xs text-muted">{profile.email ?? 'no e-mail address'}</p>
                </div>
              </div>
            </Cell>
            <Cell className="max-w-56 truncate font-mono text-xs text-muted max-md:hidden">{profile.externalId ?? 'anonymous'}</Cell>
            <Cell className="whitespace-nowrap text-muted max-lg:hidden">{profile.timeZone ?? '–'}</Cell>
            <Cell className="whitespace-nowrap text-muted max-sm:hidden"><RelativeTime at={profile.lastSeenAt} className="relative z-10" /></Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
