import { useTranslations } from 'next-intl';
import { chatContent } from '../content';
import type { PreviewProps } from '../preview-props';

/** A messenger's message: a bubble with its picture, and its buttons below. */
export function ChatPreview({ content, sender, compact = false }: PreviewProps) {
  const t = useTranslations('messages.chatPreview');
  const { text, image, buttons } = chatContent(content);
  const bubble = (
    <div className="w-fit max-w-[86%] overflow-hidden rounded-2xl rounded-tl-sm border border-line bg-raised">
      {image ? (
        <p className="border-b border-line bg-canvas px-3 py-6 text-center text-2xs break-all text-muted">{image}</p>
      ) : null}
      <p className="px-3 py-2 leading-[19px] break-words whitespace-pre-wrap">
        {text || <span className="text-muted">{t('noText')}</span>}
      </p>
      {buttons.map((label, index) => (
        <p key={index} className="border-t border-line px-3 py-2 text-center font-medium text-accent">
          {label}
        </p>
      ))}
    </div>
  );
  if (compact) return <div className="rounded-lg bg-canvas p-3">{bubble}</div>;
  return (
    <div className="mx-auto w-full max-w-[320px] rounded-[36px] border border-line-strong bg-raised p-2 shadow-float">
      <div className="flex min-h-[440px] flex-col rounded-[28px] bg-canvas px-3 pt-3 pb-4">
        <span className="mx-auto mb-4 h-5 w-20 rounded-full bg-black/80" aria-hidden />
        <p className="mb-4 border-b border-line pb-2 text-center text-xs font-medium">{sender ?? t('sender')}</p>
        {bubble}
      </div>
    </div>
  );
}
