'use client';

import { cx } from '@/lib/cx';
import { everyRun, openRuns } from '../runs/run-url';
import type { CardFigure, CardFigures } from './live-figures';

/** The line of figures under a card. A figure with people behind it is a door to them. */
export function CardFooter({ node, figures }: { node: string; figures: CardFigures }) {
  return (
    <span className="flex items-center justify-between gap-2 tabular-nums">
      <span className="flex min-w-0 items-center gap-1">
        {figures.left.map((figure, index) => (
          <span key={index} className="contents">
            {index > 0 ? <span aria-hidden>·</span> : null}
            <Figure node={node} figure={figure} />
          </span>
        ))}
      </span>
      {figures.right ? <span className="shrink-0">{figures.right}</span> : null}
    </span>
  );
}

function Figure({ node, figure }: { node: string; figure: CardFigure }) {
  const { door } = figure;
  const words = (
    <>
      {figure.dot ? <span aria-hidden className="mr-1.5 inline-block size-[7px] rounded-full bg-timing" /> : null}
      <span className={cx(figure.strong && 'font-semibold text-ink')}>{figure.text}</span>
    </>
  );
  if (!door) return <span className="truncate">{words}</span>;
  return (
    <button
      type="button" tabIndex={-1} title="Show these people"
      className="nodrag nopan pointer-events-auto truncate rounded-sm underline-offset-2 hover:text-accent hover:underline"
      onClick={(event) => {
        event.stopPropagation();
        openRuns({ ...everyRun, node, ever: door === 'all' });
      }}
    >
      {words}
    </button>
  );
}
