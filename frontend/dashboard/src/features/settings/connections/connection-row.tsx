'use client';

import { api } from '@wend/contract/plain';
import type { Connection, ProviderForm } from '@wend/contract';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/code-block';
import { IconButton } from '@/components/ui/icon-button';
import { useMay } from '@/lib/session';
import { SendingPanels } from '../sending/sending-panels';
import { ConnectionForm } from './connection-form';
import { Health, HealthBadge } from './health';
import { RotateSecrets } from './rotate-secrets';
import { RoutingForm } from './routing-form';
import { ruleWords } from './rule-words';
import { SendTest } from './send-test';

type ConnectionRowProps = {
  connection: Connection;
  /** Null when its package is gone. */
  provider: ProviderForm | null;
  isUsual: boolean;
  /** Null where it cannot be moved. */
  onUp: (() => void) | null;
  onDown: (() => void) | null;
};

/** A connection: how it does at a glance, and all about it when it is opened. */
export function ConnectionRow({ connection, provider, isUsual, onUp, onDown }: ConnectionRowProps) {
  const t = useTranslations('settings.connectionRow');
  const [open, setOpen] = useState(false);
  const may = useMay(api.orderConnections.access);
  const { name, enabled, health, rule, ratePerSecond } = connection;
  return (
    <li data-testid={`connection-${connection.id}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
        <div className="min-w-48 flex-1 max-sm:basis-full">
          <div className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{name}</span>
            {enabled ? <HealthBadge {...health} /> : <Badge>{t('off')}</Badge>}
            {isUsual ? <Badge>{t('usual')}</Badge> : null}
          </div>
          <p className="text-xs text-muted">
            {[
              provider?.title ?? t('gone'),
              rule ? ruleWords(t, rule) : null,
              ratePerSecond === null ? null : t('rate', { rate: ratePerSecond }),
              t('lastDay', { sent: health.sent24h, failed: health.failed24h }),
            ]
              .filter((each) => each !== null)
              .join(' · ')}
          </p>
        </div>
        {may && (onUp ?? onDown) ? (
          <div className="flex">
            <IconButton size="sm" label={t('up', { name })} disabled={!onUp} onClick={() => onUp?.()}>
              <ChevronUp size={14} strokeWidth={1.75} />
            </IconButton>
            <IconButton size="sm" label={t('down', { name })} disabled={!onDown} onClick={() => onDown?.()}>
              <ChevronDown size={14} strokeWidth={1.75} />
            </IconButton>
          </div>
        ) : null}
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('close') : t('open')}
        </Button>
      </div>
      {open ? (
        <div className="divide-y divide-line border-t border-line bg-bg">
          <Health health={health} />
          {connection.feedbackUrl === null ? null : <FeedbackAddress url={connection.feedbackUrl} />}
          {provider ? <ConnectionForm provider={provider} connection={connection} /> : null}
          <RoutingForm connection={connection} />
          {provider && provider.secrets.length > 0 ? (
            <RotateSecrets connection={connection} provider={provider} />
          ) : null}
          {provider ? <SendTest connection={connection} sendsContent={provider.sends.includes('content')} /> : null}
          <SendingPanels connection={connection} channel={connection.channel} />
        </div>
      ) : null}
    </li>
  );
}

function FeedbackAddress({ url }: { url: string }) {
  const t = useTranslations('settings.connectionRow');
  return (
    <div className="px-4 py-3">
      <p className="font-medium">{t('feedback')}</p>
      <p className="mb-2 text-xs text-muted">{t('feedbackDetail')}</p>
      <div className="flex items-center gap-2">
        <code className="min-w-0 flex-1 truncate rounded-md border border-line bg-canvas px-2 py-1 text-xs">{url}</code>
        <CopyButton text={url} label={t('copyAddress')} />
      </div>
    </div>
  );
}
