'use client';

import { api } from '@wend/contract/plain';
import { Plus, Route } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/session';
import { DemoTrafficButton } from './demo-traffic-button';
import { ImportButton } from './import-button';
import { CreateJourneyDialog } from './journey-dialogs';
import { JourneyTable } from './journey-table';
import { useJourneys } from './use-journeys';

export function JourneysPage() {
  const journeys = useJourneys();
  const [creating, setCreating] = useState(false);
  const [search, setSearch] = useState('');
  const mayEdit = useMay(api.create.access);
  const all = journeys.data?.items ?? [];
  const found = all.filter(({ name, entryEvent }) => `${name} ${entryEvent ?? ''}`.toLowerCase().includes(search.trim().toLowerCase()));
  const create = mayEdit ? <Button variant="primary" icon={<Plus size={16} strokeWidth={2} />} onClick={() => setCreating(true)}>New journey</Button> : null;
  return (
    <>
      <PageHeader title="Journeys" actions={<><DemoTrafficButton />{mayEdit ? <ImportButton /> : null}{create}</>} />
      <PageBody>
        {all.length > 5 ? <SearchInput className="mb-3 w-full sm:w-64" placeholder="Search journeys" aria-label="Search journeys" value={search} onChange={(event) => setSearch(event.target.value)} /> : null}
        <Card>
          {journeys.isPending ? <ListSkeleton rows={4} /> : null}
          {journeys.isError && !journeys.data ? <ErrorState error={journeys.error} title="The journeys could not be loaded" onRetry={() => void journeys.refetch()} /> : null}
          {journeys.data && all.length === 0 ? <FirstJourney action={create} /> : null}
          {all.length > 0 && found.length === 0 ? <EmptyState title="No journey is called that" actions={<Button onClick={() => setSearch('')}>Show all {plural(all.length, 'journey', 'journeys')}</Button>} /> : null}
          {found.length > 0 ? <JourneyTable journeys={found} /> : null}
        </Card>
      </PageBody>
      {creating ? <CreateJourneyDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

const steps = [
  ['Draw it', 'An event lets people in; messages, waits and branches follow.'],
  ['Try it', 'A test run lets days pass in seconds, and nobody gets a message.'],
  ['Publish it', 'Watch people move on the same canvas, and see why each turn was taken.'],
] as const;

function FirstJourney({ action }: { action: React.ReactNode }) {
  return (
    <EmptyState icon={<Route size={20} strokeWidth={1.75} />} title="Draw your first journey" actions={<>{action}<Button asChild><Link href="/settings?tab=start">Send your first event</Link></Button></>} className="py-16">
      A journey is what happens to a person after something they did.
      <ol className="mt-5 grid gap-3 text-left sm:grid-cols-3">
        {steps.map(([title, text], index) => (
          <li key={title} className="rounded-lg border border-line bg-raised p-3">
            <p className="font-semibold text-ink"><span className="mr-1.5 font-mono text-xs text-accent">{index + 1}</span>{title}</p>
            <p className="mt-0.5 text-xs">{text}</p>
          </li>
        ))}
      </ol>
    </EmptyState>
  );
}
