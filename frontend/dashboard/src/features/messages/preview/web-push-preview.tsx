import { Globe, X } from 'lucide-react';
import { cx } from '@/lib/cx';
import { pushContent, webUrl } from './content';
import type { LooseContent } from './content';

/** A web push as the notification of a desktop browser. */
export function WebPushPreview({ content, site, compact = false, className }: { content: LooseContent; site?: string; compact?: boolean; className?: string }) {
  const push = pushContent(content);
  const image = webUrl(push.image);
  const link = webUrl(push.link);
  const host = site ?? (link ? new URL(link).host : 'your site');
  const notification = (
    <div className="w-full max-w-[360px] overflow-hidden rounded-lg border border-line bg-raised shadow-float">
      {image ? <img src={image} alt="" referrerPolicy="no-referrer" className="max-h-40 w-full object-cover" /> : null}
      <div className="flex items-start gap-3 p-3">
        <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-md bg-message-soft text-message"><Globe size={18} strokeWidth={1.75} /></span>
        <div className="min-w-0 flex-1">
          <p className="font-semibold break-words">{push.title || <span className="font-normal text-muted">No title</span>}</p>
          <p className="line-clamp-4 break-words text-muted">{push.body}</p>
          <p className="mt-1 truncate text-2xs text-muted">{host} · via the browser</p>
        </div>
        <X size={14} className="shrink-0 text-muted" aria-hidden />
      </div>
    </div>
  );
  if (compact) return <div className={cx('rounded-lg bg-canvas p-3', className)}>{notification}</div>;
  return (
    <div className={cx('overflow-hidden rounded-lg border border-line bg-raised', className)}>
      <div className="flex h-9 items-center gap-1.5 border-b border-line px-3" aria-hidden>
        {[0, 1, 2].map((each) => <span key={each} className="size-2.5 rounded-full bg-line-strong" />)}
        <span className="mx-auto w-1/2 truncate rounded-md bg-canvas px-3 py-0.5 text-center font-mono text-2xs text-muted">{host}</span>
      </div>
      <div className="flex min-h-64 items-start justify-end bg-canvas p-4">{notification}</div>
    </div>
  );
}
