'use client';

import { TestRunBar } from '../test-run/test-run-bar';
import { TimeLine } from './time-line';
import { useReplay } from './use-replay';

/** Below the canvas: the time line, and above it the controls of a test run. */
export function ReplayDock() {
  const { view } = useReplay();
  if (!view) return null;
  return (
    <div className="flex flex-col gap-2">
      {view.detail.origin === 'test' || view.detail.canFastForward ? <TestRunBar detail={view.detail} /> : null}
      <TimeLine view={view} />
    </div>
  );
}
