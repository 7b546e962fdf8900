'use client';

import type { JourneySummary } from '@wend/contract';
import { LogIn } from 'lucide-react';
import Link from 'next/link';
import { IconTile } from '@/components/ui/icon-tile';
import { RelativeTime } from '@/components/ui/relative-time';
import { JourneyStatusBadge } from '@/components/ui/status-badge';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { formatNumber } from '@/lib/format';
import { JourneyMenu } from './journey-menu';

/** On a phone the figures move below the name. */
export function JourneyTable({ journeys }: { journeys: readonly JourneySummary[] }) {
  return (
    <Table label="Journeys">
      <thead>
        <tr>
          <HeadCell>Journey</HeadCell>
          <HeadCell className="max-sm:hidden">Status</HeadCell>
          <HeadCell numeric className="max-sm:hidden">Entered</HeadCell>
          <HeadCell numeric className="max-sm:hidden">Active now</HeadCell>
          <HeadCell numeric className="max-md:hidden">Messages</HeadCell>
          <HeadCell className="max-lg:hidden">Updated</HeadCell>
          <HeadCell><span className="sr-only">Actions</span></HeadCell>
        </tr>
      </thead>
      <tbody>{journeys.map((journey) => <JourneyRow key={journey.id} journey={journey} />)}</tbody>
    </Table>
  );
}

function JourneyRow({ journey }: { journey: JourneySummary }) {
  return (
    <Row className="relative">
      <Cell className="w-full max-w-0 min-w-44">
        <div className="flex items-center gap-3">
          <IconTile category="entry"><LogIn size={15} strokeWidth={1.75} /></IconTile>
          <div className="min-w-0">
            <Link href={`/journeys/${journey.id}`} className="block truncate text-md font-semibold after:absolute after:inset-0">{journey.name}</Link>
            <p className="truncate text-xs text-muted">
              {journey.entryEvent ? <>on <span className="font-medium text-ink">{journey.entryEvent}</span></> : 'No way in yet'}
              {journey.draftChanged && journey.status !== 'draft' ? ' · unpublished changes' : ''}
            </p>
            <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted sm:hidden"><JourneyStatusBadge status={journey.status} /><span>{formatNumber(journey.entered)} entered</span><span>{formatNumber(journey.active)} active</span></p>
          </div>
        </div>
      </Cell>
      <Cell className="max-sm:hidden"><JourneyStatusBadge status={journey.status} version={journey.status === 'draft' ? null : journey.version} /></Cell>
      <Cell numeric className="max-sm:hidden">{formatNumber(journey.entered)}</Cell>
      <Cell numeric className="max-sm:hidden">{journey.active > 0 ? <span className="inline-flex items-center gap-1.5"><span aria-hidden className="size-1.5 rounded-full bg-timing" />{formatNumber(journey.active)}</span> : <span className="text-muted">0</span>}</Cell>
      <Cell numeric className="max-md:hidden">{formatNumber(journey.messages)}</Cell>
      <Cell className="text-muted max-lg:hidden"><RelativeTime at={journey.updatedAt} className="relative z-10 whitespace-nowrap" /></Cell>
      <Cell className="relative z-10 w-10"><JourneyMenu journey={journey} /></Cell>
    </Row>
  );
}
