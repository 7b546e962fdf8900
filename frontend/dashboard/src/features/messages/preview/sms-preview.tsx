import { cx } from '@/lib/cx';
import { plural } from '@/lib/format';
import { smsContent } from './content';
import type { LooseContent } from './content';
import { smsParts } from './sms-parts';

/** An SMS as a bubble in a phone's thread, with what it costs in parts. */
export function SmsPreview({ content, from = 'Sender', compact = false, className }: { content: LooseContent; from?: string; compact?: boolean; className?: string }) {
  const { text } = smsContent(content);
  const parts = smsParts(text);
  const bubble = <p className="w-fit max-w-[86%] rounded-2xl rounded-bl-sm border border-line bg-raised px-3 py-2 leading-[19px] break-words whitespace-pre-wrap">{text || <span className="text-muted">No text</span>}</p>;
  const cost = <p className="text-2xs text-muted">{plural(parts.characters, 'character', 'characters')} · {plural(parts.parts, 'part', 'parts')}{parts.encoding === 'unicode' ? ' · has characters outside the GSM alphabet, so a part holds fewer' : ''}</p>;
  if (compact) return <div className={cx('space-y-1.5 rounded-lg bg-canvas p-3', className)}>{bubble}{cost}</div>;
  return (
    <div className={cx('mx-auto w-full max-w-[320px] rounded-[36px] border border-line-strong bg-raised p-2 shadow-float', className)}>
      <div className="flex min-h-[440px] flex-col rounded-[28px] bg-canvas px-3 pt-3 pb-4">
        <span className="mx-auto mb-4 h-5 w-20 rounded-full bg-black/80" aria-hidden />
        <p className="mb-4 border-b border-line pb-2 text-center text-xs font-medium">{from}</p>
        {bubble}
        <div className="mt-auto pt-4 text-center">{cost}</div>
      </div>
    </div>
  );
}
