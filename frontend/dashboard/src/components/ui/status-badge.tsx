import type { JourneyStatus, MessageStatus } from '@wend/contract';
import { Badge } from './badge';
import type { Tone } from './badge';

type RunStatus = 'starting' | 'running' | 'completed' | 'exited' | 'failed' | 'cancelled';
type Look = { tone: Tone; label: string; dot?: boolean };

const journeyLooks: Record<JourneyStatus, Look> = {
  draft: { tone: 'neutral', label: 'Draft' }, live: { tone: 'accent', label: 'Live', dot: true }, paused: { tone: 'warn', label: 'Paused', dot: true }, stopped: { tone: 'action', label: 'Stopped' },
};
const messageLooks: Record<MessageStatus, Look> = {
  queued: { tone: 'neutral', label: 'Queued' }, sending: { tone: 'neutral', label: 'Sending' }, sent: { tone: 'message', label: 'Sent' }, delivered: { tone: 'message', label: 'Delivered' },
  opened: { tone: 'good', label: 'Opened' }, clicked: { tone: 'good', label: 'Clicked' }, failed: { tone: 'bad', label: 'Failed' }, bounced: { tone: 'bad', label: 'Bounced' },
  suppressed: { tone: 'warn', label: 'Not sent' }, unknown: { tone: 'warn', label: 'Unknown' },
};
const runLooks: Record<RunStatus, Look> = {
  starting: { tone: 'neutral', label: 'Starting' }, running: { tone: 'accent', label: 'In progress', dot: true }, completed: { tone: 'good', label: 'Completed' },
  exited: { tone: 'action', label: 'Exited' }, failed: { tone: 'bad', label: 'Failed' }, cancelled: { tone: 'warn', label: 'Cancelled' },
};

function Show({ look, suffix, className }: { look: Look; suffix?: string | undefined; className?: string | undefined }) {
  return <Badge tone={look.tone} dot={look.dot ?? false} {...(className ? { className } : {})}>{look.label}{suffix ? ` · ${suffix}` : ''}</Badge>;
}

/** State of a journey; with `version` as in "Live · version 4". */
export function JourneyStatusBadge({ status, version, className }: { status: JourneyStatus; version?: number | null; className?: string }) {
  return <Show look={journeyLooks[status]} suffix={version ? `version ${version}` : undefined} className={className} />;
}
export function MessageStatusBadge({ status, className }: { status: MessageStatus; className?: string }) {
  return <Show look={messageLooks[status]} className={className} />;
}
export function RunStatusBadge({ status, className }: { status: RunStatus; className?: string }) {
  return <Show look={runLooks[status]} className={className} />;
}
export const messageStatusLabel = (status: MessageStatus): string => messageLooks[status].label;

/** What happened to a message, in words: its states, and what leaves the state as it is. */
export function messageEventLabel(event: string): string {
  if (event === 'retry') return 'Tried, again later';
  return messageLooks[event as MessageStatus]?.label ?? event;
}
