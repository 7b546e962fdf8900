'use client';

import { createContext, useContext } from 'react';
import type { Layer } from '../store/editor-store';

/** Which layer the canvas shows; cards and edges look different, and cannot be edited, outside Build. */
export const CanvasLayerContext = createContext<Layer>('build');

/**
 * Where the words on edges are drawn. React Flow's own `EdgeLabelRenderer` looks its place up in the document for every edge at every change of
 * its store, which costs 20 ms per move of a pointer with 600 edges; here it is looked up once.
 */
export const LinkLabelsContext = createContext<Element | null>(null);

export function useLinkLabels(): Element | null {
  return useContext(LinkLabelsContext);
}

export function useCanvasLayer(): Layer {
  return useContext(CanvasLayerContext);
}
