'use client';

import { channels, messageStatuses } from '@wend/contract/plain';
import type { Channel, MessageStatus } from '@wend/contract';
import { useEffect, useState } from 'react';
import { SearchInput } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { messageStatusLabel } from '@/components/ui/status-badge';
import { channelLabels, ChannelIcon } from '@/features/messages/channels';
import { useJourneys } from '@/features/journeys/use-journeys';
import { useDebounced } from '@/lib/use-debounced';
import type { Filters } from './filters';

const channelOptions = [{ value: 'all', label: 'All channels' }, ...channels.map((value) => ({ value, label: channelLabels[value], icon: <ChannelIcon channel={value} /> }))] as const;
const statusOptions = [{ value: 'all', label: 'All states' }, ...messageStatuses.map((value) => ({ value, label: messageStatusLabel(value) }))] as const;
const originOptions = [{ value: 'people', label: 'Without test runs' }, { value: 'test', label: 'Test runs only' }] as const;

export function OutboxFilters({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const journeys = useJourneys();
  const journeyOptions = [{ value: 'all', label: 'All journeys' }, ...(journeys.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 max-sm:w-full [&>button]:w-auto max-sm:[&>button]:flex-1">
      <Search value={filters.search ?? ''} onChange={(search) => onChange({ ...filters, search: search || undefined })} />
      <Select aria-label="Channel" className="min-w-34" value={filters.channel ?? 'all'} options={channelOptions} onChange={(value) => onChange({ ...filters, channel: value === 'all' ? undefined : (value as Channel) })} />
      <Select aria-label="State" className="min-w-30" value={filters.status ?? 'all'} options={statusOptions} onChange={(value) => onChange({ ...filters, status: value === 'all' ? undefined : (value as MessageStatus) })} />
      <Select aria-label="Journey" className="max-w-48 min-w-34" value={filters.journeyId ?? 'all'} options={journeyOptions} onChange={(value) => onChange({ ...filters, journeyId: value === 'all' ? undefined : value })} />
      <Select aria-label="Test runs" className="min-w-40" value={filters.test ? 'test' : 'people'} options={originOptions} onChange={(value) => onChange({ ...filters, test: value === 'test' ? 'true' : undefined })} />
    </div>
  );
}

/** Asks once the typing rests; follows the address when the filters are cleared. */
function Search({ value, onChange }: { value: string; onChange: (search: string) => void }) {
  const [typed, setTyped] = useState(value);
  const rested = useDebounced(typed.trim());
  useEffect(() => setTyped((now) => (now.trim() === value ? now : value)), [value]);
  useEffect(() => {
    if (rested === typed.trim() && rested !== value) onChange(rested);
    // Only what was typed is a wish; the other filters change on their own.
  }, [rested]);
  return <SearchInput className="w-48 max-sm:w-full" placeholder="Person, address or text" aria-label="Search messages" value={typed} onChange={(event) => setTyped(event.target.value)} />;
}
