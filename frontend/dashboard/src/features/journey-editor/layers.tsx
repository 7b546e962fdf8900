'use client';

import type { ComponentType } from 'react';
import { liveLayer } from './live';
import { replayLayer } from './replay';
import type { Layer } from './store/editor-store';
import { TestRun as TestRunButton } from './test-run';

/**
 * What a layer puts around the canvas. The canvas itself stays mounted, with its view port and selection; a layer only decorates it
 * (`useCanvasDecorationStore`) and fills these places. All are rendered inside `EditorProvider` and `CanvasDecorationProvider`.
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

/** A layer that is null is not offered. */
export const layers: Record<Exclude<Layer, 'build'>, LayerSlots | null> = { live: liveLayer, replay: replayLayer };
export const TestRun: ComponentType<TestRunProps> | null = TestRunButton;
