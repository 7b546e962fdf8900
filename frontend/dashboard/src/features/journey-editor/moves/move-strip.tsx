'use client';

import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { useEditor } from '../store/editor-context';
import { MoveState } from './move-state';
import { isUnderWay, useMoves } from './use-moves';

/** What has happened so lately is shown above the canvas until it is closed; after that it is in the list of versions. */
const shownForMs = 3_600_000;

/** The latest move of people to another version, above the canvas while it is news. */
export function MoveStrip() {
  const t = useTranslations('editor-publish.moves');
  const journeyId = useEditor((state) => state.journeyId);
  const published = useEditor((state) => state.version !== null);
  const [closed, setClosed] = useState<string | null>(null);
  const latest = useMoves(journeyId, { enabled: published }).data?.items[0];
  if (!latest) return null;
  const underWay = isUnderWay(latest);
  const news = underWay || Date.now() - Date.parse(latest.settledAt ?? latest.createdAt) < shownForMs;
  if (!news || closed === `${latest.id} ${latest.state}`) return null;
  return (
    <section
      aria-label={t('title.section')}
      data-testid="move-strip"
      className="flex items-start gap-2 border-b border-line bg-canvas px-4 py-2"
    >
      <div className="min-w-0 flex-1">
        <MoveState journeyId={journeyId} move={latest} />
      </div>
      {underWay ? null : (
        <IconButton label={t('close')} onClick={() => setClosed(`${latest.id} ${latest.state}`)}>
          <X size={16} strokeWidth={1.75} />
        </IconButton>
      )}
    </section>
  );
}
