'use client';

import { useOnViewportChange, ViewportPortal } from '@xyflow/react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { cx } from '@/lib/cx';
import { useRoutes } from './canvas-layer';
import { useCanvasDecorationStore } from './decoration';
import type { CardNode, LinkEdge } from './derive';
import { farZoom } from './geometry';
import { pathsByLook } from './link-shape';

type FarLinksProps = {
  frame: RefObject<HTMLDivElement | null>;
  nodes: readonly CardNode[];
  edges: readonly LinkEdge[];
};

/**
 * Stands in for the links while a view with many of them moves: React Flow draws each in an SVG element of its own,
 * which were half of a frame with 500 in view. Here those that look the same are one path. Nobody can click a link that
 * moves.
 */
export function FarLinks({ frame, nodes, edges }: FarLinksProps) {
  const [shown, setShown] = useState(false);
  const zoomBefore = useRef(0);
  useOnViewportChange({
    onStart: useCallback(({ zoom }) => {
      zoomBefore.current = zoom;
    }, []),
    // Only what moves stays one picture: zoomed, so large a path would be painted anew for every frame.
    onChange: useCallback(({ zoom }) => setShown(zoom < farZoom && zoom === zoomBefore.current), []),
    onEnd: useCallback(() => setShown(false), []),
  });
  useLayoutEffect(() => void frame.current?.toggleAttribute('data-far-links', shown), [frame, shown]);
  return shown ? <Links nodes={nodes} edges={edges} /> : null;
}

function Links({ nodes, edges }: Omit<FarLinksProps, 'frame'>) {
  const decoration = useCanvasDecorationStore();
  const routes = useRoutes();
  const paths = useMemo(
    () => pathsByLook({ nodes, edges, routes: routes.current, decorations: decoration.getState().edges }),
    [nodes, edges, routes, decoration],
  );
  return (
    <ViewportPortal>
      <svg className="wend-far-links" aria-hidden>
        {paths.map(({ key, look, path }) => (
          <path
            key={key}
            d={path}
            className={cx('react-flow__edge-path wend-link', look.selected && 'wend-link-selected')}
            data-state={look.state}
            style={look.width === undefined ? undefined : { strokeWidth: look.width }}
          />
        ))}
      </svg>
    </ViewportPortal>
  );
}
