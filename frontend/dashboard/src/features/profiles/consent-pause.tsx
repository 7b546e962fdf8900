'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { FormError } from '@/components/ui/field';
import { useChangeConsents, usePreferencesLink } from '@/features/consents/use-topics';
import { dayAndTime } from '@/lib/time';

const pauseMs = 30 * 24 * 3_600_000;

/** That the person has paused marketing, and until when. */
export function ConsentPause({ profileId, until, may }: { profileId: string; until: string | null; may: boolean }) {
  const words = useTranslations('consents.person');
  const change = useChangeConsents(profileId);
  if (until === null) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
      <p>{words('paused', { time: dayAndTime(until) })}</p>
      {may ? (
        <Button size="sm" busy={change.isPending} onClick={() => change.mutate({ until: null })}>
          {words('resume')}
        </Button>
      ) : null}
      {change.error ? <FormError error={change.error} className="w-full" /> : null}
    </div>
  );
}

/** A pause of everything, and the link to the person's own page. */
export function ConsentActions({ profileId, paused }: { profileId: string; paused: boolean }) {
  const words = useTranslations('consents.person');
  const change = useChangeConsents(profileId);
  const link = usePreferencesLink(profileId);
  const [shown, setShown] = useState(false);
  return (
    <div className="flex flex-wrap gap-2 border-t border-line px-4 py-2.5">
      {paused ? null : (
        <Button
          size="sm"
          busy={change.isPending}
          onClick={() => change.mutate({ until: new Date(Date.now() + pauseMs).toISOString() })}
        >
          {words('pause')}
        </Button>
      )}
      <Button
        size="sm"
        busy={link.isPending}
        onClick={() => link.mutate(undefined, { onSuccess: () => setShown(true) })}
      >
        {words('page')}
      </Button>
      <FormError error={change.error ?? link.error} className="w-full" />
      <Dialog open={shown} onOpenChange={setShown} title={words('pageTitle')} description={words('pageDetail')}>
        <CodeBlock code={link.data?.url ?? ''} label={words('pageTitle')} wrap />
        <a
          href={link.data?.url}
          target="_blank"
          rel="noreferrer"
          className="mt-3 inline-block font-medium text-accent hover:underline"
        >
          {words('openPage')}
        </a>
      </Dialog>
    </div>
  );
}
