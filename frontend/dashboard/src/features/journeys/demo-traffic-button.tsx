'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { Zap } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Tip } from '@/components/ui/tooltip';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay, useSession } from '@/lib/session';

/** Only in a demo workspace: people of the demo shop do things, through the public ingestion API. */
export function DemoTrafficButton() {
  const t = useTranslations('journeys.demoTrafficButton');
  const { workspace } = useSession();
  const may = useMay(api.demoTraffic.access);
  const toast = useToast();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: () => call(api.demoTraffic, { body: { people: 10 } }),
    onSuccess: ({ people, events }) => {
      toast.say(t('sent', { people, events }), {
        detail: t('sentDetail'),
      });
      return client.invalidateQueries();
    },
    onError: (error) => toast.fail(t('failed'), error),
  });
  if (!workspace.demo || !may) return null;
  return (
    <Tip label={t('hint')} side="bottom">
      <Button icon={<Zap size={15} strokeWidth={1.75} />} busy={send.isPending} onClick={() => send.mutate()}>
        {t('sendDemoTraffic')}
      </Button>
    </Tip>
  );
}
