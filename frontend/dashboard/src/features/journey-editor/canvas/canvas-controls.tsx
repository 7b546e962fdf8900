'use client';

import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Tip } from '@/components/ui/tooltip';
import { useTranslations } from 'next-intl';
import type { RefObject } from 'react';
import { reducedMotion, useFit } from './use-viewport';

/** Zoom, at the lower left. */
export function CanvasControls({ frame }: { frame: RefObject<HTMLDivElement | null> }) {
  const t = useTranslations('editor-canvas.canvasControls');
  const flow = useReactFlow();
  const fit = useFit(frame);
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const smooth = () => ({ duration: reducedMotion() ? 0 : 200 });
  return (
    <Panel position="bottom-left" className="wend-controls !m-4 flex gap-2 max-sm:!m-3">
      <IconButton
        label={t('zoomOut')}
        side="top"
        variant="secondary"
        className="wend-zoom"
        onClick={() => void flow.zoomOut(smooth())}
      >
        <Minus size={16} strokeWidth={1.75} />
      </IconButton>
      <IconButton
        label={t('zoomIn')}
        side="top"
        variant="secondary"
        className="wend-zoom"
        onClick={() => void flow.zoomIn(smooth())}
      >
        <Plus size={16} strokeWidth={1.75} />
      </IconButton>
      <IconButton label={t('fit')} side="top" shortcut="F" variant="secondary" onClick={() => fit()}>
        <Maximize size={15} strokeWidth={1.75} />
      </IconButton>
      <Tip label={t('zoomReset')}>
        <Button
          className="wend-zoom w-16 tabular-nums"
          onClick={() => void flow.zoomTo(1, smooth())}
          aria-label={t('zoomIs', { percent })}
        >
          {percent}%
        </Button>
      </Tip>
    </Panel>
  );
}
