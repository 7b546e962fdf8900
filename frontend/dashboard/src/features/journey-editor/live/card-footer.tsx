'use client';

import { useTranslations } from 'next-intl';
import { cx } from '@/lib/cx';
import { everyRun, openRuns } from '../runs/run-url';
import type { CardFigure, CardFigures } from './live-figures';

/** The line of figures under a card. A figure with people behind it is a door to them. */
export function CardFooter({ node, figures, version }: { node: string; figures: CardFigures; version: number | null }) {
  return (
    <span className="flex items-center justify-between gap-2 tabular-nums">
      <span className="flex min-w-0 items-center gap-1">
        {figures.left.map((figure, index) => (
          <span key={index} className="contents">
            {index > 0 ? <span aria-hidden>·</span> : null}
            <Figure node={node} figure={figure} version={version} />
          </span>
        ))}
      </span>
      {figures.right ? <span className="shrink-0">{figures.right}</span> : null}
    </span>
  );
}

function Figure({ node, figure, version }: { node: string; figure: CardFigure; version: number | null }) {
  const t = useTranslations('editor-live.cardFooter');
  const { door } = figure;
  const words = (
    <>
      {figure.dot || figure.bad ? (
        <span
          aria-hidden
          className={cx('mr-1.5 inline-block size-[7px] rounded-full', figure.bad ? 'bg-bad' : 'bg-timing')}
        />
      ) : null}
      <span
        className={cx(
          figure.strong && 'font-semibold text-ink',
          figure.bad && 'font-semibold text-bad',
          figure.warn && 'text-warn',
        )}
      >
        {figure.text}
      </span>
    </>
  );
  if (!door) return <span className="truncate">{words}</span>;
  return (
    <button
      type="button"
      tabIndex={-1}
      title={figure.title ? t('titled', { title: figure.title }) : t('showPeople')}
      className="nodrag nopan pointer-events-auto truncate rounded-sm underline-offset-2 hover:text-accent hover:underline"
      onClick={(event) => {
        event.stopPropagation();
        openRuns({
          ...everyRun,
          node,
          version,
          ever: door !== 'waiting',
          ...(door !== 'waiting' && door !== 'all' && { outcome: door }),
        });
      }}
    >
      {words}
    </button>
  );
}
