import type { MessageSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { RelativeTime } from '@/components/ui/relative-time';
import { MessageStatusBadge } from '@/components/ui/status-badge';
import { cx } from '@/lib/cx';
import { ChannelTile } from './channels';

type MessageRowProps = {
  message: MessageSummary;
  href: string;
  selected?: boolean;
  replace?: boolean;
  who?: boolean;
};

/** A message in a list: what it says, who got it, from which journey, what became of it. */
export function MessageRow({ message, href, selected = false, replace = false, who = true }: MessageRowProps) {
  const t = useTranslations('messages.messageRow');
  return (
    <div
      className={cx(
        'relative flex gap-3 border-b border-line px-4 py-2.5 last:border-b-0',
        selected ? 'bg-canvas shadow-[inset_2px_0_0_var(--color-accent)]' : 'hover:bg-bg',
      )}
    >
      <ChannelTile channel={message.channel} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <Link
            href={href}
            replace={replace}
            scroll={false}
            aria-current={selected ? 'true' : undefined}
            className="min-w-0 flex-1 truncate font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            {message.title}
          </Link>
          <RelativeTime
            at={message.sentAt ?? message.queuedAt}
            zone={message.profile.timeZone}
            className="relative z-10 shrink-0 text-2xs text-muted"
          />
        </div>
        <div className="mt-0.5 flex items-center gap-2">
          <p className="min-w-0 flex-1 truncate text-xs text-muted">
            {who ? `${message.profile.name} · ` : ''}
            {message.journey.name}
            {message.origin === 'test' ? ` · ${t('testRun')}` : ''}
          </p>
          <MessageStatusBadge status={message.status} />
        </div>
      </div>
    </div>
  );
}
