import { Globe, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { pushContent, webUrl } from '../content';
import type { PreviewProps } from '../preview-props';

/** A web push as the notification of a desktop browser. */
export function WebPushPreview({ content, compact = false }: PreviewProps) {
  const t = useTranslations('messages.webPushPreview');
  const push = pushContent(content);
  const image = webUrl(push.image);
  const icon = webUrl(push.icon);
  const link = webUrl(push.link);
  const host = link ? new URL(link).host : t('yourSite');
  const notification = (
    <div className="w-full max-w-[360px] overflow-hidden rounded-lg border border-line bg-raised shadow-float">
      {image ? <img src={image} alt="" referrerPolicy="no-referrer" className="max-h-40 w-full object-cover" /> : null}
      <div className="flex items-start gap-3 p-3">
        {icon ? (
          <img src={icon} alt="" referrerPolicy="no-referrer" className="size-9 shrink-0 rounded-md object-cover" />
        ) : (
          <span aria-hidden className="grid size-9 shrink-0 place-items-center rounded-md bg-message-soft text-message">
            <Globe size={18} strokeWidth={1.75} />
          </span>
        )}
        <div className="min-w-0 flex-1">
          <p className="font-semibold break-words">
            {push.title || <span className="font-normal text-muted">{t('noTitle')}</span>}
          </p>
          <p className="line-clamp-4 break-words text-muted">{push.body}</p>
          <p className="mt-1 truncate text-2xs text-muted">{t('viaBrowser', { host })}</p>
        </div>
        <X size={14} className="shrink-0 text-muted" aria-hidden />
      </div>
      {push.actions.length > 0 ? (
        <ul className="flex border-t border-line">
          {push.actions.map((label, index) => (
            <li
              key={index}
              className="min-w-0 flex-1 truncate border-line px-3 py-2 text-center text-xs font-medium text-accent not-first:border-l"
            >
              {label}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
  if (compact) return <div className="rounded-lg bg-canvas p-3">{notification}</div>;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-raised">
      <div className="flex h-9 items-center gap-1.5 border-b border-line px-3" aria-hidden>
        {[0, 1, 2].map((each) => (
          <span key={each} className="size-2.5 rounded-full bg-line-strong" />
        ))}
        <span className="mx-auto w-1/2 truncate rounded-md bg-canvas px-3 py-0.5 text-center font-mono text-2xs text-muted">
          {host}
        </span>
      </div>
      <div className="flex min-h-64 items-start justify-end bg-canvas p-4">{notification}</div>
    </div>
  );
}
