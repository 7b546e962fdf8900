import { Bell } from 'lucide-react';
import { cx } from '@/lib/cx';
import { pushContent, webUrl } from './content';
import type { LooseContent } from './content';

type PushPreviewProps = { content: LooseContent; app?: string; /** Time of day on the lock screen; ISO. */ at?: string | null; /** Only the notification, for narrow places. */ compact?: boolean; className?: string };

/** A push message as it lies on the lock screen of a phone. */
export function PushPreview({ content, app = 'Your app', at, compact = false, className }: PushPreviewProps) {
  if (compact) return <div className={cx('rounded-lg bg-canvas p-3', className)}><Notification content={content} app={app} /></div>;
  const time = at ? new Date(at) : new Date();
  return (
    <div className={cx('mx-auto w-full max-w-[320px] rounded-[36px] border border-line-strong bg-raised p-2 shadow-float', className)}>
      <div className="flex min-h-[440px] flex-col rounded-[28px] bg-canvas px-3 pt-3 pb-4">
        <span className="mx-auto mb-7 h-5 w-20 rounded-full bg-black/80" aria-hidden />
        <p className="text-center text-xs text-muted" suppressHydrationWarning>{new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' }).format(time)}</p>
        <p className="mb-6 text-center text-[52px] leading-none font-semibold tracking-tight tabular-nums" suppressHydrationWarning>{new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(time)}</p>
        <Notification content={content} app={app} />
        <span className="mx-auto mt-auto h-1 w-24 rounded-full bg-line-strong" aria-hidden />
      </div>
    </div>
  );
}

function Notification({ content, app }: { content: LooseContent; app: string }) {
  const push = pushContent(content);
  const image = webUrl(push.image);
  return (
    <div className="rounded-xl border border-line bg-raised p-2.5 shadow-float">
      <div className="flex items-start gap-2.5">
        <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-message-soft text-message"><Bell size={16} strokeWidth={1.75} /></span>
        <div className="min-w-0 flex-1">
          <p className="flex justify-between gap-2 text-2xs text-muted"><span className="truncate">{app}</span><span>now</span></p>
          <p className="font-semibold break-words">{push.title || <span className="font-normal text-muted">No title</span>}</p>
          <p className="line-clamp-4 text-xs break-words text-muted">{push.body}</p>
        </div>
      </div>
      {image ? <img src={image} alt="" referrerPolicy="no-referrer" className="mt-2 max-h-36 w-full rounded-md object-cover" /> : null}
    </div>
  );
}
