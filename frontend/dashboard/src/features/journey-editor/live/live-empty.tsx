'use client';

import { api } from '@wend/contract/plain';
import type { Graph } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Rocket, UserPlus } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay, useSession } from '@/lib/session';

export function NotPublished() {
  return (
    <EmptyState icon={<Rocket size={20} strokeWidth={1.75} />} title="Not published yet">
      Figures begin when the journey is published. “Test run” shows before that how it goes for one person.
    </EmptyState>
  );
}

/** Teaches how the first person gets in. */
export function NobodyYet({ graph }: { graph: Graph }) {
  const { workspace } = useSession();
  const event = entryEvent(graph);
  return (
    <div className="px-5 pb-5">
      <EmptyState className="px-0 pt-8 pb-5" icon={<UserPlus size={20} strokeWidth={1.75} />} title="Nobody has come in yet">
        {event ? <>People enter when <b className="font-semibold text-ink">{event}</b> happens. Send it from your app or server:</> : 'People enter when the entry event happens.'}
      </EmptyState>
      {event ? <CodeBlock label="Request that sends the entry event" code={curlOf(event)} wrap /> : null}
      <p className="mt-3 text-muted">The write key is made in <Link href="/settings" className="font-medium text-accent hover:underline">Settings</Link>. Segment SDKs work too: change their host.</p>
      {workspace.demo ? <DemoTraffic /> : null}
    </div>
  );
}

function DemoTraffic() {
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.demoTraffic.access);
  const send = useMutation({
    mutationFn: () => call(api.demoTraffic, { body: { people: 10 } }),
    onSuccess: ({ people, events }) => {
      toast.say(`${people} people are on their way`, { detail: `${events} events were sent through the public API.` });
      void client.invalidateQueries({ queryKey: ['journeys'] });
    },
    onError: (error) => toast.fail('The demo traffic could not be sent', error),
  });
  if (!may) return null;
  return (
    <div className="mt-4 border-t border-line pt-4">
      <p className="mb-2 text-muted">This is the demo workspace: let its shop send events.</p>
      <Button variant="primary" busy={send.isPending} onClick={() => send.mutate()}>Send demo traffic</Button>
    </div>
  );
}

function entryEvent(graph: Graph): string | null {
  const entry = Object.values(graph.nodes).find((node) => node.type === 'wend/entry-event');
  const event = entry?.config['event'];
  return typeof event === 'string' && event !== '' ? event : null;
}

function curlOf(event: string): string {
  const body = JSON.stringify({ userId: 'mina', event, properties: {} }).replaceAll("'", String.raw`'\''`);
  const origin = typeof window === 'undefined' ? '' : window.location.origin;
  return `curl ${origin}/v1/track -u "$WRITE_KEY:" \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`;
}
