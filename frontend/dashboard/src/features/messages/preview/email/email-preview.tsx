'use client';

import { Paperclip } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { Segmented } from '@/components/ui/segmented';
import { cx } from '@/lib/cx';
import { emailContent, mailbox } from '../content';
import { emailDocument } from './email-document';
import type { PreviewProps } from '../preview-props';

type View = 'light' | 'dark' | 'text';

/** An email as a mail client shows it. The letter lies in a frame without scripts, forms or an origin. */
export function EmailPreview({ content, to, links = true, height, compact = false, fill = false }: PreviewProps) {
  const t = useTranslations('messages.emailPreview');
  const mail = emailContent(content);
  const from = mailbox(mail.from);
  const [view, setView] = useState<View>('light');
  return (
    <div
      className={cx(
        'flex flex-col overflow-hidden rounded-lg border border-line bg-raised',
        fill ? 'min-h-[420px] flex-1' : 'min-h-0',
      )}
    >
      <div className={cx('border-b border-line', compact ? 'px-3 py-2.5' : 'px-4 py-3')}>
        <p className={cx('leading-5 font-semibold', compact ? 'text-md' : 'text-lg')}>
          {mail.subject || <span className="text-muted">{t('noSubject')}</span>}
        </p>
        {mail.preheader ? <p className="truncate text-xs text-muted">{mail.preheader}</p> : null}
        <div className="mt-2 flex flex-wrap items-center gap-2.5">
          <Avatar name={from.name} />
          <div className="min-w-40 flex-1 text-xs leading-4">
            <p className="truncate">
              <span className="font-medium">{from.name}</span>
              {from.address !== from.name ? <span className="text-muted"> {from.address}</span> : null}
            </p>
            {to ? <p className="truncate text-muted">{t('to', { to })}</p> : null}
            {mail.replyTo ? <p className="truncate text-muted">{t('replyTo', { address: mail.replyTo })}</p> : null}
          </div>
          {compact ? null : (
            <Segmented<View>
              label={t('view')}
              value={view}
              onChange={setView}
              options={[
                { value: 'light', label: t('light') },
                { value: 'dark', label: t('dark') },
                { value: 'text', label: t('text') },
              ]}
            />
          )}
        </div>
      </div>
      {mail.attachments.length > 0 ? (
        <ul
          aria-label={t('attachments')}
          className={cx('flex flex-wrap gap-1.5 border-b border-line', compact ? 'px-3 py-2' : 'px-4 py-2.5')}
        >
          {mail.attachments.map((name, index) => (
            <li
              key={index}
              className="flex max-w-60 items-center gap-1.5 rounded-md border border-line px-2 py-1 text-xs"
            >
              <Paperclip aria-hidden className="size-3.5 shrink-0 text-muted" />
              <span className="truncate">{name}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {view === 'text' ? (
        <pre
          tabIndex={0}
          aria-label={t('plainText')}
          className="min-h-0 flex-1 overflow-auto p-4 font-mono text-xs leading-5 whitespace-pre-wrap"
          style={height ? { height } : undefined}
        >
          {mail.text || t('noText')}
        </pre>
      ) : (
        <iframe
          title={t('title', { subject: mail.subject })}
          sandbox={links ? 'allow-popups allow-popups-to-escape-sandbox' : ''}
          srcDoc={emailDocument({ html: mail.html, scheme: view })}
          referrerPolicy="no-referrer"
          className="min-h-0 w-full flex-1 border-0"
          style={{ background: view === 'light' ? '#ffffff' : '#161714', ...(height ? { height, flex: 'none' } : {}) }}
        />
      )}
    </div>
  );
}
