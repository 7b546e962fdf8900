'use client';

import { useQuery } from '@tanstack/react-query';
import { channelOf } from '@wend/contract/plain';
import type { Graph } from '@wend/contract';
import type { GalleryJourney } from '@wend/contract/gallery';
import { useTranslations } from 'next-intl';
import { RadioGroup } from 'radix-ui';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { SearchInput } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ErrorState } from '@/components/ui/states';
import { exampleJourney } from './example';
import { GraphDrawing } from './graph-drawing';

const own = ['empty', 'example', 'doubleOptIn'] as const;
export type OwnStart = (typeof own)[number];
/** What a new journey begins with. */
export type Start = { kind: OwnStart } | { kind: 'gallery'; journey: GalleryJourney };

const keyOf = (start: Start): string => (start.kind === 'gallery' ? start.journey.slug : start.kind);

/** Cards of what a new journey can begin with: nothing first. */
export function StartChoice({ start, onChange }: { start: Start; onChange: (start: Start) => void }) {
  const t = useTranslations('journeys.journeyDialogs');
  const [search, setSearch] = useState('');
  const [channel, setChannel] = useState('');
  const loaded = useQuery({
    queryKey: ['gallery'],
    queryFn: async () => {
      const { gallery, channelsOfGraph } = await import('@wend/contract/gallery');
      return gallery.map((journey) => ({ journey, channels: channelsOfGraph(journey.graph) }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const all = loaded.data ?? [];
  const wanted = search.trim().toLowerCase();
  const found = all.filter(
    ({ journey: { title, audience, description }, channels }) =>
      `${title} ${audience} ${description}`.toLowerCase().includes(wanted) &&
      (channel === '' || channels.includes(channel)),
  );
  const names = [...new Set(all.flatMap(({ channels }) => channels))];
  const choose = (key: string) => {
    const chosen = all.find(({ journey }) => journey.slug === key);
    const kind = own.find((each) => each === key);
    if (chosen) onChange({ kind: 'gallery', journey: chosen.journey });
    else if (kind) onChange({ kind });
  };
  return (
    <>
      <div className="mb-2 flex flex-wrap gap-2">
        <SearchInput
          className="min-w-48 flex-1"
          placeholder={t('searchStarts')}
          aria-label={t('searchStarts')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <div className="w-40">
          <Select
            aria-label={t('channel')}
            value={channel === '' ? 'any' : channel}
            options={[
              { value: 'any', label: t('anyChannel') },
              ...names.map((name) => ({ value: name, label: channelOf(name).label })),
            ]}
            onChange={(value) => setChannel(value === 'any' ? '' : value)}
          />
        </div>
      </div>
      <RadioGroup.Root
        value={keyOf(start)}
        onValueChange={choose}
        aria-label={t('startWith')}
        className="grid max-h-80 gap-2 overflow-y-auto p-0.5 sm:grid-cols-2"
      >
        {own.map((kind) => (
          <Card
            key={kind}
            value={kind}
            title={t(`starts.${kind}`)}
            text={t(`startHints.${kind}`)}
            graph={kind === 'example' ? exampleJourney.graph : null}
          />
        ))}
        {found.map(({ journey, channels }) => (
          <Card
            key={journey.slug}
            value={journey.slug}
            title={journey.title}
            text={journey.description}
            note={channels.map((name) => channelOf(name).label).join(' · ')}
            graph={journey.graph}
          />
        ))}
      </RadioGroup.Root>
      {loaded.isPending ? <p className="mt-2 text-xs text-muted">{t('loadingStarts')}</p> : null}
      {loaded.isError ? (
        <ErrorState error={loaded.error} title={t('startsFailed')} onRetry={() => void loaded.refetch()} />
      ) : null}
      {loaded.data && found.length === 0 ? (
        <p className="mt-2 flex items-center gap-2 text-muted">
          {t('noStart')}
          <Button
            onClick={() => {
              setSearch('');
              setChannel('');
            }}
          >
            {t('showAllStarts')}
          </Button>
        </p>
      ) : null}
      {start.kind === 'gallery' ? <Needs journey={start.journey} /> : null}
    </>
  );
}

type CardProps = { value: string; title: string; text: string; note?: string; graph: Graph | null };

function Card({ value, title, text, note, graph }: CardProps) {
  const id = `start-${value}`;
  return (
    <RadioGroup.Item
      value={value}
      aria-labelledby={id}
      aria-describedby={`${id}-text`}
      className="flex items-start gap-3 rounded-lg border border-line bg-surface p-3 text-left hover:border-accent data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
    >
      <span className="min-w-0 flex-1">
        <span id={id} className="block font-medium">
          {title}
        </span>
        <span id={`${id}-text`} className="mt-0.5 block text-xs text-muted">
          {text}
        </span>
        {note ? <span className="mt-1 block text-xs text-ink">{note}</span> : null}
      </span>
      {graph ? <GraphDrawing graph={graph} className="h-20 w-16 shrink-0" /> : null}
    </RadioGroup.Item>
  );
}

/** What a journey of the gallery needs of the workspace. */
function Needs({ journey: { audience, events, traits, fill } }: { journey: GalleryJourney }) {
  const t = useTranslations('journeys.journeyDialogs');
  return (
    <ul className="mt-2 space-y-0.5 text-xs text-muted" aria-live="polite">
      <li>{t('startFor', { audience })}</li>
      {events.length > 0 ? <li>{t('startEvents', { events: events.join(', ') })}</li> : null}
      {traits.length > 0 ? <li>{t('startTraits', { traits: traits.join(', ') })}</li> : null}
      {fill.map(({ node, path, what }) => (
        <li key={`${node}.${path}`} className="text-ink">
          {t('startFill', { what })}
        </li>
      ))}
      <li>{t('startTexts')}</li>
    </ul>
  );
}
