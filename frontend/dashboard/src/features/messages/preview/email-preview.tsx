'use client';

import { useState } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { Segmented } from '@/components/ui/segmented';
import { cx } from '@/lib/cx';
import { emailContent, mailbox } from './content';
import type { LooseContent } from './content';
import { emailDocument } from './email-document';

type EmailPreviewProps = { content: LooseContent; to?: string | null; /** Links open in a new tab; false where a click must not count. */ links?: boolean; /** Height of the letter in pixels; left out, it fills its flex parent. */ height?: number; compact?: boolean; className?: string };
type View = 'light' | 'dark' | 'text';

/** An e-mail as a mail client shows it. The letter lies in a frame without scripts, forms or an origin. */
export function EmailPreview({ content, to, links = true, height, compact = false, className }: EmailPreviewProps) {
  const mail = emailContent(content);
  const from = mailbox(mail.from);
  const [view, setView] = useState<View>('light');
  return (
    <div className={cx('flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-raised', className)}>
      <div className={cx('border-b border-line', compact ? 'px-3 py-2.5' : 'px-4 py-3')}>
        <p className={cx('leading-5 font-semibold', compact ? 'text-md' : 'text-lg')}>{mail.subject || <span className="text-muted">No subject</span>}</p>
        {mail.preheader ? <p className="truncate text-xs text-muted">{mail.preheader}</p> : null}
        <div className="mt-2 flex flex-wrap items-center gap-2.5">
          <Avatar name={from.name} />
          <div className="min-w-40 flex-1 text-xs leading-4">
            <p className="truncate"><span className="font-medium">{from.name}</span>{from.address !== from.name ? <span className="text-muted"> {from.address}</span> : null}</p>
            {to ? <p className="truncate text-muted">to {to}</p> : null}
          </div>
          {compact ? null : <Segmented<View> label="How the letter is shown" value={view} onChange={setView} options={[{ value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }, { value: 'text', label: 'Text' }]} />}
        </div>
      </div>
      {view === 'text' ? (
        <pre tabIndex={0} aria-label="Plain text of the e-mail" className="min-h-0 flex-1 overflow-auto p-4 font-mono text-xs leading-5 whitespace-pre-wrap" style={height ? { height } : undefined}>{mail.text || 'This e-mail has no plain text.'}</pre>
      ) : (
        <iframe
          title={`E-mail: ${mail.subject}`}
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
