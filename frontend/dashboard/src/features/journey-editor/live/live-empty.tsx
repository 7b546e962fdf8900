'use client';

import { api, entriesOf } from '@wend/contract/plain';
import type { Graph } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Rocket, UserPlus } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay, useSession } from '@/lib/session';
import { useEditor } from '../store/editor-context';

export function NotPublished() {
  const t = useTranslations('editor-live.liveEmpty');
  return (
    <EmptyState icon={<Rocket size={20} strokeWidth={1.75} />} title={t('notPublishedYet')}>
      {t('notPublishedDetail')}
    </EmptyState>
  );
}

/** Teaches how the first person gets in. */
export function NobodyYet({ graph }: { graph: Graph }) {
  const manifests = useEditor((state) => state.manifestMap);
  const t = useTranslations('editor-live.liveEmpty');
  const { workspace } = useSession();
  const format = useFormatter();
  const entries = entriesOf({ graph, manifests });
  // Only these can be sent: the events of segments and the like are the engine's own.
  const events = entries.flatMap(({ kind, node, definition }) =>
    kind === 'event' ? definition.events(node.config) : [],
  );
  const others = entries.flatMap(({ kind, node, definition }) =>
    kind === 'event' ? [] : (definition.words(node.config) ?? []),
  );
  return (
    <div className="px-5 pb-5">
      <EmptyState className="px-0 pt-8 pb-5" icon={<UserPlus size={20} strokeWidth={1.75} />} title={t('nobodyYet')}>
        {events.length > 0 ? (
          <>
            {t.rich('enterOn', {
              events: format.list(new Set(events), { type: 'disjunction' }),
              b: (chunks) => <b className="font-semibold text-ink">{chunks}</b>,
            })}
          </>
        ) : (
          t('waysIn', {
            ways: format.list(
              others.map(({ before, name }) => `${before} ${name}`),
              { type: 'disjunction' },
            ),
          })
        )}
      </EmptyState>
      {events[0] ? <CodeBlock label={t('request')} code={curlOf(events[0])} wrap /> : null}
      {events[0] ? (
        <p className="mt-3 text-muted">
          {t.rich('writeKey', {
            link: (chunks) => (
              <Link href="/settings" className="font-medium text-accent hover:underline">
                {chunks}
              </Link>
            ),
          })}
        </p>
      ) : null}
      {workspace.demo && events[0] ? <DemoTraffic /> : null}
    </div>
  );
}

function DemoTraffic() {
  const t = useTranslations('editor-live.liveEmpty');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.demoTraffic.access);
  const send = useMutation({
    mutationFn: () => call(api.demoTraffic, { body: { people: 10 } }),
    onSuccess: ({ people, events }) => {
      toast.say(t('sent', { people }), { detail: t('sentDetail', { events }) });
      void client.invalidateQueries({ queryKey: ['journeys'] });
    },
    onError: (error) => toast.fail(t('failed'), error),
  });
  if (!may) return null;
  return (
    <div className="mt-4 border-t border-line pt-4">
      <p className="mb-2 text-muted">{t('demo')}</p>
      <Button variant="primary" busy={send.isPending} onClick={() => send.mutate()}>
        {t('sendDemoTraffic')}
      </Button>
    </div>
  );
}

function curlOf(event: string): string {
  const body = JSON.stringify({ userId: 'mina', event, properties: {} }).replaceAll("'", String.raw`'\''`);
  const origin = typeof window === 'undefined' ? '' : window.location.origin;
  return `curl ${origin}/v1/track -u "$WRITE_KEY:" \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`;
}
