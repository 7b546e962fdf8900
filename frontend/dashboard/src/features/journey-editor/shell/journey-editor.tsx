'use client';

import type { JourneyDetail, NodeManifest } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { ErrorState } from '@/components/ui/states';
import { Canvas } from '../canvas/canvas';
import { CanvasDecorationProvider, clearDecoration, createCanvasDecoration } from '../canvas/decoration';
import { layers } from '../layers';
import { MoveStrip } from '../moves/move-strip';
import { BuildPanel } from '../panel/build-panel';
import { NodePicker } from '../palette/node-picker';
import { Palette } from '../palette/palette';
import { ProblemBar } from '../problems/problem-bar';
import { EditorProvider } from '../store/editor-context';
import { createEditorStore } from '../store/editor-store';
import { useValidation } from '../store/use-validation';
import { EditorSkeleton } from './editor-skeleton';
import { PauseBanner } from './pause-banner';
import { SaveBanner } from './save-banner';
import { ShortcutsDialog } from './shortcuts-dialog';
import { SidePanel } from './side-panel';
import { TopBar } from './top-bar';
import { AutosaveProvider, useAutosaveLifetime } from './use-autosave';
import { useLayer } from './use-layer';
import { useShortcuts } from './use-shortcuts';

/** The editor of one journey: loads it, then hands everything to the store. */
export function JourneyEditor({ journeyId }: { journeyId: string }) {
  const t = useTranslations('editor-shell.journeyEditor');
  // Loaded once: from then on the store is the truth here, and the revision keeps others from being overwritten.
  const journey = useQuery({
    queryKey: ['journey-editor', journeyId],
    queryFn: ({ signal }) => call(api.get, { params: { id: journeyId }, signal }),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const nodeTypes = useQuery({
    queryKey: ['node-types'],
    queryFn: ({ signal }) => call(api.nodeTypes, { signal }),
    staleTime: 60_000,
  });
  const editable = useMay(api.saveDraft.access);
  const failed = journey.error ?? nodeTypes.error;
  if (failed)
    return (
      <ErrorState
        className="m-auto"
        error={failed}
        title={t('failed')}
        onRetry={() => {
          void journey.refetch();
          void nodeTypes.refetch();
        }}
      />
    );
  if (!journey.data || !nodeTypes.data) return <EditorSkeleton />;
  return <Loaded key={journeyId} journey={journey.data} manifests={nodeTypes.data.items} editable={editable} />;
}

type LoadedProps = {
  journey: JourneyDetail;
  manifests: readonly NodeManifest[];
  editable: boolean;
};

function Loaded({ journey, manifests, editable }: LoadedProps) {
  const [store] = useState(() => createEditorStore({ journey, manifests, editable }));
  const [decoration] = useState(createCanvasDecoration);
  const [helpOpen, setHelpOpen] = useState(false);
  const { layer } = useLayer();
  const autosave = useAutosaveLifetime(store);
  useValidation(store);
  useShortcuts({ store, layer, onHelp: () => setHelpOpen(true) });
  useEffect(() => () => clearDecoration(decoration), [decoration, layer]);
  const slots = layer === 'build' ? null : layers[layer];
  return (
    <EditorProvider store={store}>
      <CanvasDecorationProvider store={decoration}>
        <AutosaveProvider autosave={autosave}>
          {slots?.Effects && <slots.Effects journeyId={journey.id} />}
          <div className="flex h-full min-h-0 flex-col bg-surface">
            <TopBar layer={layer} slots={slots} onHelp={() => setHelpOpen(true)} />
            <SaveBanner />
            <PauseBanner />
            <MoveStrip />
            {/* On a phone one page that scrolls: the canvas keeps its height, whatever lies below it. */}
            <div className="flex min-h-0 flex-1 max-md:flex-col max-md:overflow-y-auto">
              {layer === 'build' && editable && <Palette />}
              <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-canvas max-md:flex-none">
                <div className="relative min-h-0 flex-1 max-md:h-[42dvh] max-md:flex-none">
                  <Canvas layer={layer} />
                  {layer === 'build' && <ProblemBar />}
                </div>
                {/* Below the canvas and not over it: nothing of the journey, its controls or the overview lies under the dock. */}
                {slots?.Dock && (
                  <div className="px-4 pb-4 empty:hidden max-md:px-3 max-md:pb-3" data-dock>
                    <slots.Dock journeyId={journey.id} />
                  </div>
                )}
              </div>
              <SidePanel>{slots ? <slots.Panel journeyId={journey.id} /> : <BuildPanel />}</SidePanel>
            </div>
          </div>
          <NodePicker />
          <ShortcutsDialog open={helpOpen} onOpenChange={setHelpOpen} />
        </AutosaveProvider>
      </CanvasDecorationProvider>
    </EditorProvider>
  );
}
