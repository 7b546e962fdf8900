'use client';

import { channels, messageStatus } from '@wend/contract';
import type { Channel, MessageStatus } from '@wend/contract';
import { Select } from '@/components/ui/select';
import { messageStatusLabel } from '@/components/ui/status-badge';
import { channelLabels, ChannelIcon } from '@/features/messages/channels';
import { useJourneys } from '@/features/journeys/use-journeys';
import type { Filters } from './filters';

const channelOptions = [{ value: 'all', label: 'All channels' }, ...channels.map((value) => ({ value, label: channelLabels[value], icon: <ChannelIcon channel={value} /> }))] as const;
const statusOptions = [{ value: 'all', label: 'All states' }, ...messageStatus.options.map((value) => ({ value, label: messageStatusLabel(value) }))] as const;
const originOptions = [{ value: 'people', label: 'Without test runs' }, { value: 'test', label: 'Test runs only' }] as const;

export function OutboxFilters({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const journeys = useJourneys();
  const journeyOptions = [{ value: 'all', label: 'All journeys' }, ...(journeys.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:w-full [&>button]:w-auto max-sm:[&>button]:flex-1">
      <Select aria-label="Channel" className="min-w-34" value={filters.channel ?? 'all'} options={channelOptions} onChange={(value) => onChange({ ...filters, channel: value === 'all' ? undefined : (value as Channel) })} />
      <Select aria-label="State" className="min-w-30" value={filters.status ?? 'all'} options={statusOptions} onChange={(value) => onChange({ ...filters, status: value === 'all' ? undefined : (value as MessageStatus) })} />
      <Select aria-label="Journey" className="max-w-48 min-w-34" value={filters.journeyId ?? 'all'} options={journeyOptions} onChange={(value) => onChange({ ...filters, journeyId: value === 'all' ? undefined : value })} />
      <Select aria-label="Test runs" className="min-w-40" value={filters.test ? 'test' : 'people'} options={originOptions} onChange={(value) => onChange({ ...filters, test: value === 'test' ? 'true' : undefined })} />
    </div>
  );
}
