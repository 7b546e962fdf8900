'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton, Skeleton } from '@/components/ui/states';
import { Tip } from '@/components/ui/tooltip';
import { Tabs } from '@/components/ui/tabs';
import { useQueryState } from '@/lib/use-query-state';
import { ApprovalsOf } from '@/features/approvals/approvals-of';
import { MessageRow } from '@/features/messages/message-row';
import { WhyMessage, hasWhy } from '@/features/messages/why-message';
import { WhyPerson } from '@/features/messages/why-step';
import { ActivityTab } from './activity-tab';
import { PersonMenu } from './person-menu';
import { ProfileFacts } from './profile-facts';
import { RunRow } from './run-row';
import { usePerson } from './use-person';
import { WhyJourney } from './why-journey';

const tabs = ['events', 'journeys', 'messages'] as const;
type Tab = (typeof tabs)[number];

export function ProfilePage({ id }: { id: string }) {
  const t = useTranslations('profiles.profilePage');
  const { get, set } = useQueryState();
  const [isErased, setErased] = useState(false);
  const profile = usePerson(id, !isErased);
  const parent = { label: t('profiles'), href: '/profiles' };
  if (profile.isError && !profile.data)
    return (
      <>
        <PageHeader parent={parent} title={t('person')} />
        <PageBody>
          <ErrorState error={profile.error} title={t('failed')} onRetry={() => void profile.refetch()} />
        </PageBody>
      </>
    );
  if (!profile.data)
    return (
      <>
        <PageHeader parent={parent} title={<Skeleton className="h-4 w-32" />} />
        <PageBody>
          <ListSkeleton />
        </PageBody>
      </>
    );
  const person = profile.data;
  const tab = tabs.find((each) => each === get('tab')) ?? 'events';
  return (
    <>
      <PageHeader
        parent={parent}
        title={person.name}
        status={
          person.demo || person.inHoldout ? (
            <>
              {person.demo ? <Badge>{t('demo')}</Badge> : null}
              {person.inHoldout ? (
                <Tip label={t('inHoldoutDetail')}>
                  <span tabIndex={0}>
                    <Badge tone="warn">{t('inHoldout')}</Badge>
                  </span>
                </Tip>
              ) : null}
            </>
          ) : undefined
        }
        actions={<PersonMenu profile={person} onErasing={() => setErased(true)} />}
      />
      <PageBody>
        <div className="mb-5 flex items-center gap-3">
          <Avatar name={person.name} size="lg" />
          <div className="min-w-0">
            <p className="truncate">{person.email ?? t('noEmail')}</p>
            <p className="text-xs text-muted">
              {t.rich('seen', {
                seen: () => <RelativeTime at={person.lastSeenAt} zone={person.timeZone} />,
                created: () => <RelativeTime at={person.createdAt} zone={person.timeZone} />,
              })}
              {person.timeZone ? ` · ${person.timeZone}` : ''}
            </p>
          </div>
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_320px]">
          <Tabs<Tab>
            label={t('activityLabel')}
            value={tab}
            onChange={(next) => set({ tab: next })}
            tabs={[
              {
                value: 'events',
                label: t('activity'),
                content: <ActivityTab profile={person} />,
              },
              {
                value: 'journeys',
                label: t('journeys', { count: person.enrollments.length }),
                content: (
                  <>
                    <WhyJourney profileId={person.id} />
                    <ApprovalsOf of={{ profileId: person.id }} className="mb-4" />
                    <Card>
                      {person.enrollments.length > 0 ? (
                        person.enrollments.map((run) => <RunRow key={run.id} run={run} />)
                      ) : (
                        <EmptyState title={t('noJourneysYet')}>{t('noJourneysYetDetail')}</EmptyState>
                      )}
                    </Card>
                  </>
                ),
              },
              {
                value: 'messages',
                label: t('messages', { count: person.messages.length }),
                content: (
                  <>
                    <div className="mb-3">
                      <WhyPerson person={person} />
                    </div>
                    <Card>
                      {person.messages.length > 0 ? (
                        person.messages.map((message) => (
                          <div key={message.id} className="border-b border-line last:border-b-0 [&>div]:border-b-0">
                            <MessageRow message={message} who={false} href={`/outbox?message=${message.id}`} />
                            {hasWhy(message) ? (
                              <div className="-mt-1 px-4 pb-2.5 pl-14">
                                <WhyMessage message={message} />
                              </div>
                            ) : null}
                          </div>
                        ))
                      ) : (
                        <EmptyState title={t('noMessagesYet')}>{t('noMessagesYetDetail')}</EmptyState>
                      )}
                    </Card>
                  </>
                ),
              },
            ]}
          />
          <ProfileFacts profile={person} />
        </div>
      </PageBody>
    </>
  );
}
