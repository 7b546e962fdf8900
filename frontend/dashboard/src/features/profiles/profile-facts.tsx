'use client';

import type { ProfileDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { Section } from '@/components/ui/card';
import { CopyButton } from '@/components/ui/code-block';
import { RelativeTime } from '@/components/ui/relative-time';
import { BestTimeSection } from './best-time-section';
import { ConsentSection } from './consent-section';
import { SegmentsSection } from './segments-section';
import { TraitsSection } from './traits-section';

/** A device of a channel that a package has brought is called as it calls itself. */
const kindKey = (kind: string) => `kinds.${kind}` as 'kinds.fcm';
const permissionTones = { authorized: 'good', provisional: 'warn', denied: 'bad' } as const;

/** What is known of a person, beside what they did. */
export function ProfileFacts({ profile }: { profile: ProfileDetail }) {
  const t = useTranslations('profiles.profileFacts');
  return (
    <div className="space-y-4">
      <TraitsSection profile={profile} />
      <SegmentsSection profile={profile} />
      <ConsentSection profile={profile} />
      {profile.habits ? <BestTimeSection habits={profile.habits} /> : null}
      <Section title={t('devices')}>
        {profile.devices.length === 0 ? (
          <p className="p-4 text-muted">{t('noDevices')}</p>
        ) : (
          <ul className="divide-y divide-line">
            {profile.devices.map((device) => (
              <li key={device.id} className="px-4 py-2.5">
                <div className="flex items-center gap-2">
                  <span className="font-medium">
                    {t.has(kindKey(device.kind)) ? t(kindKey(device.kind)) : device.kind}
                  </span>
                  {device.platform ? <span className="text-muted">{t(`platforms.${device.platform}`)}</span> : null}
                  <Badge tone={permissionTones[device.permission]}>{t(`permissions.${device.permission}`)}</Badge>
                </div>
                {device.lastActiveAt ? (
                  <p className="text-xs text-muted">
                    {t.rich('lastActive', {
                      time: () => <RelativeTime at={device.lastActiveAt} zone={profile.timeZone} />,
                    })}
                    {device.appVersion ? ` · ${device.appVersion}` : ''}
                  </p>
                ) : null}
                <p className="truncate font-mono text-2xs text-muted" title={device.token}>
                  {device.token}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('identifiers')}>
        <Facts>
          <Fact name={t('externalId')}>
            {profile.externalId ? <Id value={profile.externalId} /> : <span className="text-muted">{t('none')}</span>}
          </Fact>
          {profile.otherIds.map((each) => (
            <Fact key={each} name={t('otherId')}>
              <Id value={each} />
            </Fact>
          ))}
          {profile.anonymousIds.map((each) => (
            <Fact key={each} name={t('anonymousId')}>
              <Id value={each} />
            </Fact>
          ))}
          <Fact name={t('profileId')}>
            <Id value={profile.id} />
          </Fact>
        </Facts>
      </Section>
    </div>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[minmax(80px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5 p-4">{children}</dl>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="max-w-32 truncate text-muted" title={name}>
        {name}
      </dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

function Id({ value }: { value: string }) {
  const t = useTranslations('profiles.profileFacts');
  return (
    <span className="flex items-center gap-1">
      <span className="min-w-0 truncate font-mono text-xs" title={value}>
        {value}
      </span>
      <CopyButton text={value} label={t('copyId')} className="-my-1.5" />
    </span>
  );
}
