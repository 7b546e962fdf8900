import { Bell } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { pushContent, webUrl } from '../content';
import { dateLocale, pageLanguage } from '@/lib/locale';
import type { LooseContent } from '../content';
import type { PreviewProps } from '../preview-props';

/** A push message as it lies on the lock screen of a phone. */
export function PushPreview({ content, sender, at, compact = false }: PreviewProps) {
  const t = useTranslations('messages.pushPreview');
  if (compact)
    return (
      <div className="rounded-lg bg-canvas p-3">
        <Notification content={content} app={sender ?? t('yourApp')} />
      </div>
    );
  const time = at ? new Date(at) : new Date();
  return (
    <div className="mx-auto w-full max-w-[320px] rounded-[36px] border border-line-strong bg-raised p-2 shadow-float">
      <div className="flex min-h-[440px] flex-col rounded-[28px] bg-canvas px-3 pt-3 pb-4">
        <span className="mx-auto mb-7 h-5 w-20 rounded-full bg-black/80" aria-hidden />
        <p className="text-center text-xs text-muted" suppressHydrationWarning>
          {new Intl.DateTimeFormat(pageLanguage(), { weekday: 'long', day: 'numeric', month: 'long' }).format(time)}
        </p>
        <p
          className="mb-6 text-center text-[52px] leading-none font-semibold tracking-tight tabular-nums"
          suppressHydrationWarning
        >
          {new Intl.DateTimeFormat(dateLocale(), { hour: '2-digit', minute: '2-digit' }).format(time)}
        </p>
        <Notification content={content} app={sender ?? t('yourApp')} />
        <span className="mx-auto mt-auto h-1 w-24 rounded-full bg-line-strong" aria-hidden />
      </div>
    </div>
  );
}

function Notification({ content, app }: { content: LooseContent; app: string }) {
  const t = useTranslations('messages.pushPreview');
  const push = pushContent(content);
  const image = webUrl(push.image);
  return (
    <div className="rounded-xl border border-line bg-raised p-2.5 shadow-float">
      <div className="flex items-start gap-2.5">
        <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-message-soft text-message">
          <Bell size={16} strokeWidth={1.75} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex justify-between gap-2 text-2xs text-muted">
            <span className="truncate">{app}</span>
            <span>{t('now')}</span>
          </p>
          <p className="font-semibold break-words">
            {push.title || <span className="font-normal text-muted">{t('noTitle')}</span>}
          </p>
          <p className="line-clamp-4 text-xs break-words text-muted">{push.body}</p>
        </div>
      </div>
      {image ? (
        <img src={image} alt="" referrerPolicy="no-referrer" className="mt-2 max-h-36 w-full rounded-md object-cover" />
      ) : null}
      {push.actions.length > 0 ? (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 border-t border-line pt-2">
          {push.actions.map((label, index) => (
            <li key={index} className="max-w-full truncate text-xs font-medium text-accent">
              {label}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
