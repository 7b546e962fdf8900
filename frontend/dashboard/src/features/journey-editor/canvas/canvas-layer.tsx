'use client';

import { createContext, useContext } from 'react';
import type { Layer } from '../store/editor-store';

/** Which layer the canvas shows; cards and edges look different, and cannot be edited, outside Build. */
export const CanvasLayerContext = createContext<Layer>('build');

export function useCanvasLayer(): Layer {
  return useContext(CanvasLayerContext);
}
