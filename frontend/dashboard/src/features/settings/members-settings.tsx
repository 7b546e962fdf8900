'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { Section } from '@/components/ui/card';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { useSession } from '@/lib/session';

export function MembersSettings() {
  const t = useTranslations('settings.membersSettings');
  const roles = useTranslations('common.roles');
  const { member: me } = useSession();
  const members = useQuery({ queryKey: ['members'], queryFn: ({ signal }) => call(api.members, { signal }) });
  return (
    <Section title={t('members')} description={t('detail')}>
      {members.isPending ? <ListSkeleton rows={3} /> : null}
      {members.isError && !members.data ? (
        <ErrorState error={members.error} title={t('failed')} onRetry={() => void members.refetch()} />
      ) : null}
      <ul className="divide-y divide-line">
        {members.data?.items.map((member) => (
          <li key={member.id} className="flex items-center gap-3 px-4 py-2.5">
            <Avatar name={member.name} />
            <div className="min-w-0 flex-1">
              <p className="truncate font-semibold">
                {member.name}
                {member.id === me.id ? <span className="ml-1.5 font-normal text-muted">{t('you')}</span> : null}
              </p>
              <p className="truncate text-xs text-muted">{member.email}</p>
            </div>
            <Badge tone={member.role === 'owner' ? 'accent' : 'neutral'}>{roles(member.role)}</Badge>
          </li>
        ))}
      </ul>
    </Section>
  );
}
