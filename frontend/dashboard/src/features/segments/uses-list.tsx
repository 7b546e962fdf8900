'use client';

import type { SegmentUse } from '@wend/contract';
import { ListFilter, Route } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { IconTile } from '@/components/ui/icon-tile';

/** Journeys and segments that read a segment, with links. */
export function UsesList({ uses }: { uses: readonly SegmentUse[] }) {
  const t = useTranslations('segments.uses');
  return (
    <ul className="divide-y divide-line">
      {uses.map((use) => (
        <li key={`${use.kind}-${use.id}`} className="relative flex items-center gap-3 px-4 py-2.5 hover:bg-bg">
          <IconTile category={use.kind === 'journey' ? 'entry' : 'decision'}>
            {use.kind === 'journey' ? (
              <Route size={15} strokeWidth={1.75} />
            ) : (
              <ListFilter size={15} strokeWidth={1.75} />
            )}
          </IconTile>
          <div className="min-w-0 flex-1">
            <Link
              href={use.kind === 'journey' ? `/journeys/${use.id}` : `/segments/${use.id}`}
              className="block truncate font-semibold after:absolute after:inset-0"
            >
              {use.name}
            </Link>
            <p className="truncate text-xs text-muted">
              {use.kind === 'segment'
                ? t('inRule')
                : use.places.map((place) => (place === 'settings' ? t('settings') : place)).join(', ')}
            </p>
          </div>
          {use.kind === 'journey' ? (
            <Badge tone={use.live ? 'accent' : 'neutral'} dot={use.live}>
              {use.live ? t('live') : t('draft')}
            </Badge>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
