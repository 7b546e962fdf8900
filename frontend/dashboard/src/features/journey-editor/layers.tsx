'use client';

import dynamic from 'next/dynamic';
import type { ComponentType } from 'react';
import type { Layer } from './store/editor-store';
import { TestRun as TestRunButton } from './test-run/test-run';

/**
 * What a layer puts around the canvas. The canvas itself stays mounted, with its view port and selection; a layer only
 * decorates it (`useCanvasDecorationStore`) and fills these places. All are rendered inside `EditorProvider` and
 * `CanvasDecorationProvider`.
 */
export type LayerSlots = {
  /** Renders nothing: loads data and writes the decoration. Unmounted when another layer is chosen. */
  Effects?: ComponentType<{ journeyId: string }>;
  /** The right side panel, 356 px; the shell draws the frame and scrolls it. */
  Panel: ComponentType<{ journeyId: string }>;
  /** Across the bottom, below the canvas (the time line of Replay). */
  Dock?: ComponentType<{ journeyId: string }>;
  /** In the top bar, left of Test run. */
  Actions?: ComponentType<{ journeyId: string }>;
  /** In the top bar, after the status badge, where Build says "Draft saved". */
  Note?: ComponentType<{ journeyId: string }>;
};

export type TestRunProps = {
  journeyId: string;
  /** Saves the draft if something is unsaved; resolves to false when it could not be saved (the editor says why). */
  saveFirst: () => Promise<boolean>;
};

/** Loaded when the layer is chosen: whoever draws a journey need not wait for what shows its runs. */
function lazily(load: () => Promise<LayerSlots>, slots: (keyof LayerSlots)[]): LayerSlots {
  const empty = () => null;
  return Object.fromEntries(
    slots.map((slot) => [slot, dynamic(() => load().then((layer) => layer[slot] ?? empty))]),
  ) as LayerSlots;
}

/** A layer that is null is not offered. */
export const layers: Record<Exclude<Layer, 'build'>, LayerSlots | null> = {
  live: lazily(() => import('./live').then((module) => module.liveLayer), ['Effects', 'Panel', 'Note']),
  replay: lazily(
    () => import('./replay').then((module) => module.replayLayer),
    ['Effects', 'Panel', 'Dock', 'Actions'],
  ),
  versions: lazily(() => import('./versions').then((module) => module.versionsLayer), ['Effects', 'Panel']),
};
export const TestRun: ComponentType<TestRunProps> | null = TestRunButton;
