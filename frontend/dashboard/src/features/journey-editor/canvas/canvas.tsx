'use client';

import '@xyflow/react/dist/base.css';
import './canvas.css';
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from '@xyflow/react';
import type { EdgeTypes, NodeTypes } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { useLayoutEffect, useRef, useState } from 'react';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { Layer } from '../store/editor-store';
import { CanvasControls } from './canvas-controls';
import { CanvasLayerContext, LinkLabelsContext, RoutesContext } from './canvas-layer';
import type { CardNode } from './derive';
import { FarLinks } from './far-links';
import { leastFit, snap } from './geometry';
import { JourneyCard } from './journey-card';
import { JourneyLink } from './journey-link';
import { Overview } from './overview';
import { useCanvasKeys, useCardFocus } from './use-canvas-keys';
import { useConnecting } from './use-connecting';
import { useDropping } from './use-dropping';
import { useFlowElements } from './use-flow-elements';
import { useViewport } from './use-viewport';

// At module level: a new object here would make React Flow mount every card again.
const nodeTypes: NodeTypes = { card: JourneyCard };
const edgeTypes: EdgeTypes = { link: JourneyLink };
const noKeys: string[] = [];
/** Above this many cards only those in view are in the document. */
const manyNodes = 200;

/** The picture of a journey. `layer` says what lies on it; it can be edited in Build only. */
export function Canvas({ layer }: { layer: Layer }) {
  return (
    <CanvasLayerContext value={layer}>
      <ReactFlowProvider>
        <Flow layer={layer} />
      </ReactFlowProvider>
    </CanvasLayerContext>
  );
}

function Flow({ layer }: { layer: Layer }) {
  const t = useTranslations('editor-canvas.canvas');
  const store = useEditorStore();
  const frame = useRef<HTMLDivElement>(null);
  const editable = useEditor((state) => state.editable) && layer === 'build';
  const { nodes, edges, handlers, routes } = useFlowElements({ editable });
  const { viewportHandlers, startViewport } = useViewport({ frame, nodes });
  const connecting = useConnecting({ frame, editable });
  const dropping = useDropping({ frame, editable });
  useCanvasKeys({ frame, editable });
  const onFocus = useCardFocus();
  const [labels, setLabels] = useState<Element | null>(null);
  useLayoutEffect(() => setLabels(frame.current?.querySelector('.react-flow__edgelabel-renderer') ?? null), []);
  return (
    <RoutesContext value={routes}>
      <LinkLabelsContext value={labels}>
        <div
          ref={frame}
          className="wend-canvas relative size-full overflow-hidden"
          role="region"
          aria-label={t('journeyCanvas')}
          data-layer={layer}
          data-testid="canvas"
          onFocus={onFocus}
          {...dropping}
        >
          <ReactFlow<CardNode>
            nodes={nodes}
            edges={edges as never}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            {...handlers}
            {...viewportHandlers}
            {...connecting}
            {...(startViewport ? { defaultViewport: startViewport } : {})}
            nodesDraggable={editable}
            nodesConnectable={editable}
            edgesReconnectable={editable}
            elementsSelectable
            nodesFocusable={false}
            edgesFocusable={false}
            snapToGrid
            snapGrid={snap}
            minZoom={leastFit}
            maxZoom={2}
            onlyRenderVisibleElements={nodes.length > manyNodes}
            panOnScroll
            selectionOnDrag={false}
            selectionKeyCode="Shift"
            multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
            selectionMode={SelectionMode.Partial}
            deleteKeyCode={noKeys}
            disableKeyboardA11y
            connectionRadius={44}
            connectionDragThreshold={4}
            nodeDragThreshold={3}
            connectOnClick={false}
            connectionLineType={ConnectionLineType.SmoothStep}
            elevateNodesOnSelect={false}
            zoomOnDoubleClick={false}
            onPaneClick={() => store.setState({ picker: null })}
            attributionPosition="top-right"
          >
            <Background variant={BackgroundVariant.Dots} gap={24} size={1.75} bgColor="var(--color-canvas)" />
            <FarLinks frame={frame} nodes={nodes} edges={edges} />
            <Overview nodes={nodes} />
            <CanvasControls frame={frame} />
          </ReactFlow>
        </div>
      </LinkLabelsContext>
    </RoutesContext>
  );
}
