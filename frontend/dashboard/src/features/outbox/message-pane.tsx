'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { MessageDetail } from '@wend/contract';
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { MessageStatusBadge } from '@/components/ui/status-badge';
import { channelLabels, ChannelTile } from '@/features/messages/channels';
import { MessagePreview } from '@/features/messages/preview/message-preview';
import { reasonWords } from '@/features/messages/reasons';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useSession } from '@/lib/session';
import { MessageTimeline } from './message-timeline';
import { ReceiverActions } from './receiver-actions';

export const messageKey = (id: string) => ['message', id] as const;
const settled = new Set(['clicked', 'failed', 'bounced', 'suppressed', 'unknown']);

/** One message: what it looks like, what became of it. */
export function MessagePane({ id, backHref }: { id: string; backHref: string }) {
  const message = useQuery({ queryKey: messageKey(id), queryFn: ({ signal }) => call(api.message, { params: { id }, signal }), refetchInterval: ({ state }) => (state.data && settled.has(state.data.status) ? 30_000 : 3_000) });
  const back = <Link href={backHref} className="inline-flex items-center gap-1.5 px-4 pt-3 text-muted hover:text-ink lg:hidden"><ArrowLeft size={15} aria-hidden />All messages</Link>;
  if (message.isError && !message.data) return <>{back}<ErrorState className="m-auto" error={message.error} title="This message could not be loaded" onRetry={() => void message.refetch()} /></>;
  if (!message.data) return <>{back}<ListSkeleton rows={5} /></>;
  return <>{back}<Loaded message={message.data} /></>;
}

function Loaded({ message }: { message: MessageDetail }) {
  const { workspace } = useSession();
  const preview = message.content ? <MessagePreview channel={message.channel} content={message.content} to={message.to} at={message.sentAt} sender={workspace.name} className={message.channel === 'email' ? 'min-h-[420px] flex-1' : ''} /> : <NotRendered message={message} />;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto xl:flex-row xl:overflow-hidden">
      <div className="flex min-w-0 flex-1 flex-col p-4 sm:p-5 xl:min-h-0 xl:overflow-y-auto">{preview}</div>
      <aside aria-label="About this message" className="shrink-0 space-y-5 border-line p-4 sm:p-5 max-xl:border-t xl:w-80 xl:overflow-y-auto xl:border-l xl:bg-surface">
        <div className="flex items-center gap-3">
          <ChannelTile channel={message.channel} />
          <div className="min-w-0 flex-1"><p className="truncate text-md font-semibold">{message.nodeName}</p><p className="text-xs text-muted">{channelLabels[message.channel]}{message.origin === 'test' ? ' · test run' : ''}</p></div>
          <MessageStatusBadge status={message.status} />
        </div>
        <Trouble message={message} />
        <dl className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
          <Fact name="Person"><Link className="text-accent hover:underline" href={`/profiles/${message.profile.id}`}>{message.profile.name}</Link></Fact>
          <Fact name="To"><span className="font-mono text-xs break-all">{message.to ?? '–'}</span></Fact>
          <Fact name="Journey"><Link className="text-accent hover:underline" href={`/journeys/${message.journey.id}?layer=replay&run=${message.enrollmentId}`}>{message.journey.name}</Link></Fact>
          <Fact name="Through">{message.provider ?? <span className="text-muted">not sent yet</span>}</Fact>
          <Fact name="Attempts">{message.attempts}</Fact>
        </dl>
        <ReceiverActions message={message} />
        <MessageTimeline message={message} />
      </aside>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="text-muted">{name}</dt><dd className="min-w-0 truncate">{children}</dd></>;
}

/** Why it is not where it should be, and what happens next. */
function Trouble({ message }: { message: MessageDetail }) {
  const bad = message.status === 'failed' || message.status === 'bounced';
  const waits = message.nextAttemptAt !== null && message.status === 'queued' && message.attempts > 0;
  if (!message.reason && !message.error && !waits && message.status !== 'unknown') return null;
  return (
    <div className={cx('space-y-1 rounded-lg px-3 py-2.5', bad ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn')}>
      {message.reason ? <p>{reasonWords(message.reason)}</p> : null}
      {message.error ? <p className="break-words">{message.error}</p> : null}
      {message.status === 'unknown' ? <p>The sender went away while it was sending. It is not sent again, because it may have arrived.</p> : null}
      {waits ? <p>Next attempt <RelativeTime at={message.nextAttemptAt} className="font-medium" />.</p> : null}
    </div>
  );
}

function NotRendered({ message }: { message: MessageDetail }) {
  const words = message.status === 'queued' || message.status === 'sending' ? 'It is rendered when its turn to be sent comes.' : 'It was decided against before it was rendered, so there is nothing to show.';
  return <div className="m-auto max-w-sm p-8 text-center"><h2 className="text-lg">{message.title}</h2><p className="mt-1 text-muted">{words}</p></div>;
}
