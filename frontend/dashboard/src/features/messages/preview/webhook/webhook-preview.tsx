import { useTranslations } from 'next-intl';
import { CodeBlock } from '@/components/ui/code-block';
import { prettyBody, webhookContent } from '../content';
import type { PreviewProps } from '../preview-props';

/** A webhook as the request that leaves. */
export function WebhookPreview({ content }: PreviewProps) {
  const t = useTranslations('messages.webhookPreview');
  const { method, url, headers, body } = webhookContent(content);
  return (
    <div className="space-y-3">
      <div className="flex items-start gap-2 rounded-lg border border-line bg-raised px-3 py-2 font-mono text-xs leading-5">
        <span className="rounded-sm bg-action-soft px-1.5 font-semibold text-action">{method}</span>
        <span className="min-w-0 break-all">{url || <span className="text-muted">{t('noAddress')}</span>}</span>
      </div>
      {headers.length > 0 ? (
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 rounded-lg border border-line bg-raised px-3 py-2 font-mono text-xs leading-5">
          {headers.map(({ name, value }, index) => (
            <div key={index} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="break-all">{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {body ? (
        <CodeBlock code={prettyBody(body)} label={t('body')} wrap />
      ) : (
        <p className="text-xs text-muted">{t('noBody')}</p>
      )}
    </div>
  );
}
