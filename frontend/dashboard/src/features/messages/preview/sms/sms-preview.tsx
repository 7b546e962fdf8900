import { useTranslations } from 'next-intl';
import { lazy, Suspense } from 'react';
import { smsContent } from '../content';
import type { PreviewProps } from '../preview-props';

const SmsCost = lazy(() => import('./sms-cost').then((module) => ({ default: module.SmsCost })));

/** An SMS as a bubble in a phone's thread, with what it costs in parts. */
export function SmsPreview({ content, sender, compact = false }: PreviewProps) {
  const t = useTranslations('messages.smsPreview');
  const { text } = smsContent(content);
  const bubble = (
    <p className="w-fit max-w-[86%] rounded-2xl rounded-bl-sm border border-line bg-raised px-3 py-2 leading-[19px] break-words whitespace-pre-wrap">
      {text || <span className="text-muted">{t('noText')}</span>}
    </p>
  );
  const cost = (
    <p className="min-h-4 text-2xs text-muted">
      <Suspense>
        <SmsCost text={text} />
      </Suspense>
    </p>
  );
  if (compact)
    return (
      <div className="space-y-1.5 rounded-lg bg-canvas p-3">
        {bubble}
        {cost}
      </div>
    );
  return (
    <div className="mx-auto w-full max-w-[320px] rounded-[36px] border border-line-strong bg-raised p-2 shadow-float">
      <div className="flex min-h-[440px] flex-col rounded-[28px] bg-canvas px-3 pt-3 pb-4">
        <span className="mx-auto mb-4 h-5 w-20 rounded-full bg-black/80" aria-hidden />
        <p className="mb-4 border-b border-line pb-2 text-center text-xs font-medium">{sender ?? t('sender')}</p>
        {bubble}
        <div className="mt-auto pt-4 text-center">{cost}</div>
      </div>
    </div>
  );
}
