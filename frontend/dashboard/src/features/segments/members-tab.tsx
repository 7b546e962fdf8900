'use client';

import type { ProfileSummary, SegmentDetail, SegmentMember } from '@wend/contract';
import { CircleHelp, UserMinus, UserPlus, Users } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { IconButton } from '@/components/ui/icon-button';
import { SearchInput } from '@/components/ui/input';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useToast } from '@/components/ui/toast';
import { ExportPeopleButton } from '@/features/imports/import-people-button';
import { useDebounced } from '@/lib/use-debounced';
import { ChangePeopleDialog } from './change-people';
import { useChangeMembers, useSegmentMembers } from './use-segments';
import { WhyPanel } from './why-panel';

/** Who is in the segment, last come first, and why one is or is not. */
export function MembersTab({ segment, mayEdit }: { segment: SegmentDetail; mayEdit: boolean }) {
  const t = useTranslations('segments.members');
  const [search, setSearch] = useState('');
  const [changing, setChanging] = useState<'add' | 'remove' | null>(null);
  const [person, setPerson] = useState<ProfileSummary | null>(null);
  const rested = useDebounced(search.trim());
  const members = useSegmentMembers(segment.id, rested);
  const items = members.data?.pages.flatMap((page) => page.items) ?? [];
  const canChange = mayEdit && segment.kind === 'manual';
  const isEmpty = members.data !== undefined && items.length === 0;
  const add = (
    <Button variant="primary" icon={<UserPlus size={15} strokeWidth={1.75} />} onClick={() => setChanging('add')}>
      {t('add')}
    </Button>
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px]">
      <div>
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SearchInput
            className="w-full sm:w-64"
            placeholder={t('search')}
            aria-label={t('search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <span className="flex flex-wrap gap-2 sm:ml-auto">
            {segment.size > 0 ? <ExportPeopleButton query={{ segment: segment.id }} /> : null}
            {canChange && segment.size > 0 ? (
              <Button icon={<UserMinus size={15} strokeWidth={1.75} />} onClick={() => setChanging('remove')}>
                {t('takeOut')}
              </Button>
            ) : null}
            {canChange ? add : null}
          </span>
        </div>
        <Card>
          {members.isPending ? <ListSkeleton rows={6} /> : null}
          {members.isError && items.length === 0 ? (
            <ErrorState error={members.error} title={t('failed')} onRetry={() => void members.refetch()} />
          ) : null}
          {isEmpty && rested !== '' ? (
            <EmptyState
              title={t('noMatch', { search: rested })}
              actions={<Button onClick={() => setSearch('')}>{t('clearSearch')}</Button>}
            />
          ) : null}
          {isEmpty && rested === '' ? (
            <EmptyState
              icon={<Users size={20} strokeWidth={1.75} />}
              title={t('none')}
              actions={canChange ? add : undefined}
            >
              {segment.kind === 'manual' ? t('noneManual') : t('noneRule')}
            </EmptyState>
          ) : null}
          {items.length > 0 ? (
            <MemberTable segment={segment} members={items} canChange={canChange} onWhy={setPerson} />
          ) : null}
          <LoadMore
            has={members.hasNextPage}
            busy={members.isFetchingNextPage}
            onMore={() => void members.fetchNextPage()}
          />
        </Card>
      </div>
      <WhyPanel segment={segment} person={person} onPerson={setPerson} />
      {changing === null ? null : (
        <ChangePeopleDialog segment={segment} action={changing} onClose={() => setChanging(null)} />
      )}
    </div>
  );
}

type MemberTableProps = {
  segment: SegmentDetail;
  members: readonly SegmentMember[];
  canChange: boolean;
  onWhy: (person: ProfileSummary) => void;
};

function MemberTable({ segment, members, canChange, onWhy }: MemberTableProps) {
  const t = useTranslations('segments.members');
  return (
    <Table label={t('title')}>
      <thead>
        <tr>
          <HeadCell>{t('person')}</HeadCell>
          <HeadCell className="max-md:hidden">{t('externalId')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('since')}</HeadCell>
          <HeadCell>
            <span className="sr-only">{t('actions')}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <Row key={member.id} className="relative">
            <Cell className="w-full max-w-0 min-w-44">
              <div className="flex items-center gap-3">
                <Avatar name={member.name} />
                <div className="min-w-0">
                  <Link
                    href={`/profiles/${member.id}`}
                    className="block truncate font-semibold after:absolute after:inset-0"
                  >
                    {member.name}
                  </Link>
                  <p className="truncate text-xs text-muted">{member.email ?? t('noEmail')}</p>
                </div>
              </div>
            </Cell>
            <Cell className="max-w-48 truncate font-mono text-xs text-muted max-md:hidden">
              {member.externalId ?? t('anonymous')}
            </Cell>
            <Cell className="whitespace-nowrap text-muted max-sm:hidden">
              <RelativeTime at={member.since} zone={member.timeZone} className="relative z-10" />
            </Cell>
            <Cell className="relative z-10">
              <span className="flex justify-end">
                <IconButton size="sm" label={t('why', { name: member.name })} onClick={() => onWhy(member)}>
                  <CircleHelp size={15} strokeWidth={1.75} />
                </IconButton>
                {canChange ? <TakeOut segment={segment} member={member} /> : null}
              </span>
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/**
 * Takes one out at once; the toast brings them back. Journeys heard of the leaving, and hear nothing of the return: it
 * was no coming in.
 */
function TakeOut({ segment, member }: { segment: SegmentDetail; member: SegmentMember }) {
  const t = useTranslations('segments.members');
  const toast = useToast();
  const change = useChangeMembers(segment.id);
  const people = { profileIds: [member.id], tell: true };
  const fail = (error: unknown) => toast.fail(t('changeFailed'), error);
  const takeOut = () =>
    change.mutate(
      { people, way: 'remove' },
      {
        onSuccess: () =>
          toast.say(t('removed', { name: member.name }), {
            action: {
              label: t('undo'),
              onClick: () => change.mutate({ people: { ...people, tell: false }, way: 'add' }, { onError: fail }),
            },
          }),
        onError: fail,
      },
    );
  return (
    <IconButton size="sm" label={t('remove', { name: member.name })} disabled={change.isPending} onClick={takeOut}>
      <UserMinus size={15} strokeWidth={1.75} />
    </IconButton>
  );
}
