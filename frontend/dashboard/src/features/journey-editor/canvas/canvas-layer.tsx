'use client';

import { createContext, useContext } from 'react';
import type { RefObject } from 'react';
import type { Layer } from '../store/editor-store';
import type { Routes } from './routing';

/** Which layer the canvas shows; cards and edges look different, and cannot be edited, outside Build. */
export const CanvasLayerContext = createContext<Layer>('build');

/**
 * Where the words on edges are drawn. React Flow's own `EdgeLabelRenderer` looks its place up in the document for every
 * edge at every change of its store, which costs 20 ms per move of a pointer with 600 edges; here it is looked up once.
 */
export const LinkLabelsContext = createContext<Element | null>(null);

export function useLinkLabels(): Element | null {
  return useContext(LinkLabelsContext);
}

export function useCanvasLayer(): Layer {
  return useContext(CanvasLayerContext);
}

/**
 * The ways of all links as they were laid last; a link whose end is dragged finds its way from here without drawing the
 * others anew.
 */
export const RoutesContext = createContext<RefObject<Routes | null>>({ current: null });

export function useRoutes(): RefObject<Routes | null> {
  return useContext(RoutesContext);
}
