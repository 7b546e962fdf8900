import type { JourneyStatus, MessageStatus } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Badge } from './badge';
import type { Tone } from './badge';

type RunStatus = 'starting' | 'running' | 'completed' | 'exited' | 'failed' | 'cancelled';
type Look = { tone: Tone; dot?: boolean };

const journeyLooks: Record<JourneyStatus, Look> = {
  draft: { tone: 'neutral' },
  live: { tone: 'accent', dot: true },
  paused: { tone: 'warn', dot: true },
  stopped: { tone: 'action' },
};
const messageTones: Record<MessageStatus, Tone> = {
  queued: 'neutral',
  sending: 'neutral',
  sent: 'message',
  delivered: 'message',
  opened: 'good',
  clicked: 'good',
  failed: 'bad',
  bounced: 'bad',
  suppressed: 'warn',
  unknown: 'warn',
};
const runLooks: Record<RunStatus, Look> = {
  starting: { tone: 'neutral' },
  running: { tone: 'accent', dot: true },
  completed: { tone: 'good' },
  exited: { tone: 'action' },
  failed: { tone: 'bad' },
  cancelled: { tone: 'warn' },
};

type ClassName = { className?: string | undefined };

function Show({ tone, dot = false, className, children }: Look & ClassName & { children: ReactNode }) {
  return (
    <Badge tone={tone} dot={dot} {...(className ? { className } : {})}>
      {children}
    </Badge>
  );
}

type JourneyStatusBadgeProps = ClassName & {
  status: JourneyStatus;
  version?: number | null;
  archived?: boolean;
};

/** State of a journey; with `version` as in "Live · version 4". */
export function JourneyStatusBadge({ status, version, archived = false, className }: JourneyStatusBadgeProps) {
  const t = useTranslations('common.statusBadge');
  return (
    <Show {...(archived ? { tone: 'neutral' } : journeyLooks[status])} className={className}>
      {t(`journey.${archived ? 'archived' : status}`)}
      {version ? ` · ${t('version', { version })}` : ''}
    </Show>
  );
}
export function MessageStatusBadge({ status, className }: ClassName & { status: MessageStatus }) {
  const t = useTranslations('common.statusBadge');
  return (
    <Show tone={messageTones[status]} className={className}>
      {t(`message.${status}`)}
    </Show>
  );
}
export function RunStatusBadge({ status, className }: ClassName & { status: RunStatus }) {
  const t = useTranslations('common.statusBadge');
  return (
    <Show {...runLooks[status]} className={className}>
      {t(`run.${status}`)}
    </Show>
  );
}
