'use client';

import { api } from '@wend/contract/plain';
import type { Channel, JsonObject } from '@wend/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { LoaderCircle } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useDebounced } from '@/lib/use-debounced';
import { MessageProblems } from '@/features/messages/message-problems';
import { MessagePreview } from '@/features/messages/preview/message-preview';
import { call } from '@/lib/api-client';
import { useErrorWords } from '@/lib/error-words';
import { SendTestButton } from '../test-send/send-test-button';

const pause = 400;

/** The message as it will look, rendered by the server for a sample person while one writes. */
export function NodePreview({ id, channel, config }: { id: string; channel: Channel; config: JsonObject }) {
  const t = useTranslations('editor-panel.nodePreview');
  const errorWords = useErrorWords();
  const settled = useDebounced(config, pause);
  const preview = useQuery({
    queryKey: ['preview', id, channel, settled],
    queryFn: ({ signal }) => call(api.preview, { body: { channel, config: settled }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: 1,
  });
  const busy = preview.isFetching || settled !== config;
  return (
    <section aria-label={t('preview')} aria-busy={busy} className="border-t border-line pt-4">
      <div className="mb-2 flex items-center gap-2">
        <h3 className="font-medium">{t('preview')}</h3>
        <span className="text-xs text-muted">{t('samplePerson')}</span>
        {busy && <LoaderCircle size={14} className="animate-spin text-muted" aria-hidden />}
        <SendTestButton channel={channel} config={config} />
      </div>
      {preview.isError && <p className="text-xs text-muted">{t('failed', { reason: errorWords(preview.error) })}</p>}
      {preview.data && preview.data.errors.length > 0 && (
        <div className="mb-2 text-xs text-bad">
          <MessageProblems problems={preview.data.errors} />
        </div>
      )}
      {preview.data?.content && (
        <MessagePreview channel={channel} content={preview.data.content} compact links={false} height={320} />
      )}
    </section>
  );
}
