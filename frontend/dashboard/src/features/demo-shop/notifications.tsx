'use client';

import type { PushOutcome, PushStatus, WendClient } from '@wend/web';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useCallback, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';

/** Where web push of the demo workspace goes; strangers cannot know. */
export type PushRoute = 'provider' | 'sandbox' | 'none' | 'unknown';

type Known = PushStatus & { available: boolean };
type NotificationsProps = {
  wend: WendClient | null;
  route: PushRoute;
  /** Counts up whenever the shop has asked by itself. */
  asked: number;
};

/** Whether this browser gets messages, and honestly why it does not. */
export function Notifications({ wend, route, asked }: NotificationsProps) {
  const t = useTranslations('demo-shop.notifications');
  const [known, setKnown] = useState<Known | null>(null);
  const [outcome, setOutcome] = useState<PushOutcome | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const look = useCallback(async (): Promise<void> => {
    if (!wend) return;
    const [status, available] = await Promise.all([wend.push.status(), wend.push.available()]);
    setKnown({ ...status, available });
  }, [wend]);
  const attempt = useCallback(
    async (work: () => Promise<unknown>): Promise<void> => {
      setBusy(true);
      setProblem('');
      try {
        await work();
        await look();
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
      setBusy(false);
    },
    [look],
  );
  useEffect(() => {
    void attempt(async () => undefined);
  }, [attempt, asked]);

  const settings = (chunks: ReactNode) => (
    <Link className="text-accent underline underline-offset-2" href="/settings?tab=channels">
      {chunks}
    </Link>
  );
  const words = (): ReactNode => {
    if (!known) return t('looking');
    if (!known.supported) return t('unsupported');
    if (!known.available) return t.rich('notSetUp', { settings });
    if (known.permission === 'denied') return t('denied');
    if (known.subscribed) return t('subscribed');
    return outcome === 'dismissed' ? t('dismissed') : t('off');
  };
  const mayAsk = known?.supported && known.available && known.permission !== 'denied' && !known.subscribed;
  return (
    <Section
      title={t('title')}
      action={known?.subscribed ? <Badge tone="good">{t('badgeOn')}</Badge> : <Badge>{t('badgeOff')}</Badge>}
    >
      <div className="space-y-3 p-4">
        <p aria-live="polite">{words()}</p>
        {known?.available && route === 'sandbox' ? (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{t.rich('sandbox', { settings })}</p>
        ) : null}
        {problem ? (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 break-words text-bad">
            {problem}
          </p>
        ) : null}
        {mayAsk && wend ? (
          <Button
            className="w-full"
            busy={busy}
            onClick={() => void attempt(async () => setOutcome(await wend.push.subscribe()))}
          >
            {t('turnOn')}
          </Button>
        ) : null}
        {known?.subscribed && wend ? (
          <Button className="w-full" busy={busy} onClick={() => void attempt(() => wend.push.unsubscribe())}>
            {t('turnOff')}
          </Button>
        ) : null}
      </div>
    </Section>
  );
}
