'use client';

import { manifestOf, stepOf } from '@wend/contract/plain';
import { Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { messageEventLabel } from '@/features/messages/event-words';
import { cx } from '@/lib/cx';
import { formatTime, hoverTime } from '../runs/format';
import { useTimeKeys } from './use-time-keys';
import type { Moment } from './replay-model';
import { goToMoment } from './replay-store';
import { labelledMarks, layoutTimeLine } from './time-line-layout';
import type { ReplayView } from './use-replay';
import { spanWords } from './value-words';

/** Half the size of a mark: none reaches beyond the line, or the line would scroll. */
const ends = 10;
const labelRoom = 96;

/** The run from its beginning to its end: every moment a mark, keys and a play button to go along it. */
export function TimeLine({ view }: { view: ReplayView }) {
  const t = useTranslations('editor-replay.timeLine');
  const { texts, detail, replay, moment, index, zone, their, playing } = view;
  const count = replay.moments.length;
  const go = (to: number) => {
    const next = replay.moments[Math.max(0, Math.min(count - 1, to))];
    if (next) goToMoment({ run: detail.id, momentId: next.id });
  };
  const keys: Record<string, () => void> = {
    ArrowRight: () => go(index + 1),
    ArrowUp: () => go(index + 1),
    ArrowLeft: () => go(index - 1),
    ArrowDown: () => go(index - 1),
    Home: () => go(0),
    End: () => go(count - 1),
  };
  useTimeKeys({ back: () => go(index - 1), on: () => go(index + 1) });
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.altKey || event.ctrlKey || event.metaKey ? undefined : keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const play = () =>
    playing
      ? goToMoment({ run: detail.id, momentId: moment.id })
      : goToMoment({
          run: detail.id,
          momentId: index >= count - 1 ? (replay.moments[0]?.id ?? null) : moment.id,
          playing: true,
        });
  return (
    <section
      aria-label={t('timeLine')}
      className="rounded-xl border border-line bg-raised px-4 pt-2 pb-2.5 shadow-card"
    >
      <div className="flex items-center gap-1">
        <p
          className="min-w-0 flex-1 truncate text-muted tabular-nums"
          title={hoverTime(texts.time, { at: moment.at, their })}
        >
          <b className="font-semibold text-ink">{formatTime(moment.at, { style: 'date-seconds', zone })}</b>
          {t('position', {
            number: index + 1,
            count,
            after:
              moment.at <= replay.startedAt
                ? t('entry')
                : t('afterEntry', { span: spanWords(moment.at - replay.startedAt) }),
            title: moment.title,
          })}
        </p>
        <IconButton
          size="sm"
          side="top"
          label={t('back')}
          shortcut="←"
          onClick={() => go(index - 1)}
          disabled={index <= 0}
        >
          <SkipBack size={15} strokeWidth={1.75} />
        </IconButton>
        <IconButton size="sm" side="top" label={playing ? t('pause') : t('play')} onClick={play} disabled={count < 2}>
          {playing ? <Pause size={15} strokeWidth={1.75} /> : <Play size={15} strokeWidth={1.75} />}
        </IconButton>
        <IconButton
          size="sm"
          side="top"
          label={t('forward')}
          shortcut="→"
          onClick={() => go(index + 1)}
          disabled={index >= count - 1}
        >
          <SkipForward size={15} strokeWidth={1.75} />
        </IconButton>
      </div>
      <Line view={view} go={go} onKeyDown={onKeyDown} />
    </section>
  );
}

type LineProps = {
  view: ReplayView;
  go: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
};

function Line({ view, go, onKeyDown }: LineProps) {
  const t = useTranslations('editor-replay.timeLine');
  const { replay, index, moment, manifests, detail, zone, their } = view;
  const { moments } = replay;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const layout = useMemo(
    () => layoutTimeLine({ times: moments.map((each) => each.at), width: Math.max(0, width - 2 * ends) }),
    [moments, width],
  );
  const labels = useMemo(
    () =>
      labelledMarks({
        positions: layout.positions,
        first: [
          index,
          0,
          moments.length - 1,
          ...moments.flatMap((each, at) => (each.kind === 'ignored' || each.kind === 'left' ? [at] : [])),
        ],
        room: labelRoom,
      }),
    [layout, index, moments],
  );
  const here = layout.positions[index] ?? 0;
  useEffect(() => {
    // Only the line scrolls, never the page.
    const box = frame.current;
    if (box && (here < box.scrollLeft || here > box.scrollLeft + box.clientWidth - 24))
      box.scrollLeft = here - box.clientWidth / 2;
  }, [here]);
  return (
    <div ref={frame} className="overflow-x-auto overflow-y-hidden">
      <div className="relative h-[38px]" style={{ width: layout.width + 2 * ends }}>
        {/* The keys' way along the line. The marks are beside it and not in it: for the mouse. */}
        <div
          role="slider"
          tabIndex={0}
          aria-label={t('moment')}
          aria-valuemin={1}
          aria-valuemax={moments.length}
          aria-valuenow={index + 1}
          aria-valuetext={`${moment.title}, ${formatTime(moment.at, { style: 'date-seconds', zone })}`}
          onKeyDown={onKeyDown}
          className="absolute inset-x-0 top-0.5 h-5 rounded-md focus-visible:-outline-offset-1"
        />
        <span
          aria-hidden
          className="absolute top-[11px] h-0.5 rounded-full bg-line-strong"
          style={{ left: ends, width: layout.positions.at(-1) ?? 0 }}
        />
        <span
          aria-hidden
          className="absolute top-[11px] h-0.5 rounded-full bg-accent"
          style={{ left: ends, width: here }}
        />
        {moments.map((each, at) => (
          <Mark
            key={each.id}
            moment={each}
            colour={colourOf({ moment: each, view: { manifests, detail } })}
            x={ends + (layout.positions[at] ?? 0)}
            current={at === index}
            their={their}
            onGo={() => go(at)}
          />
        ))}
        {[...labels]
          .sort((a, b) => a - b)
          .map((at, order, all) => {
            const each = moments[at];
            return each ? (
              <Label
                key={each.id}
                moment={each}
                previous={moments[all[order - 1] ?? -1]}
                x={ends + (layout.positions[at] ?? 0)}
                total={layout.width + 2 * ends}
                zone={zone}
              />
            ) : null;
          })}
      </div>
    </div>
  );
}

type MarkProps = {
  moment: Moment;
  colour: string;
  x: number;
  current: boolean;
  their: string | null;
  onGo: () => void;
};

function Mark({ moment, colour, x, current, their, onGo }: MarkProps) {
  const time = useTranslations('common.time');
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={onGo}
      title={`${moment.title} · ${hoverTime(time, { at: moment.at, their })}`}
      aria-label={moment.title}
      className="absolute top-0.5 grid h-5 w-5 -translate-x-1/2 place-items-center"
      style={{ left: x }}
    >
      <span
        className={cx(
          'rounded-full ring-2 ring-raised transition-[width,height]',
          current ? 'size-3' : 'size-2',
          moment.kind === 'ignored' && !current && 'opacity-90',
        )}
        style={{ background: colour }}
      />
    </button>
  );
}

type LabelProps = {
  moment: Moment;
  previous: Moment | undefined;
  x: number;
  total: number;
  zone: string | null;
};

function Label({ moment, previous, x, total, zone }: LabelProps) {
  const t = useTranslations('editor-replay.timeLine');
  const badge = useTranslations('common.statusBadge');
  const dayOf = (at: number) => formatTime(at, { style: 'date', zone }).slice(0, -5);
  const time = formatTime(moment.at, {
    style: previous && dayOf(previous.at) === dayOf(moment.at) ? 'time' : 'day',
    zone,
  });
  const text =
    moment.kind === 'ignored'
      ? t('ignored', { time })
      : moment.kind === 'message'
        ? t('state', { time, state: messageEventLabel(badge, { event: moment.state }).toLowerCase() })
        : moment.kind === 'left'
          ? t('unsubscribed', { time })
          : time;
  const edge = x < labelRoom / 2 ? 'left-0' : x > total - labelRoom / 2 ? 'right-0' : '-translate-x-1/2';
  return (
    <span
      aria-hidden
      className={cx('absolute top-[22px] text-xs whitespace-nowrap text-muted tabular-nums', edge)}
      style={edge === '-translate-x-1/2' ? { left: x } : undefined}
    >
      {text}
    </span>
  );
}

const messageColours: Record<string, string> = { failed: 'bad', bounced: 'bad', suppressed: 'warn', unknown: 'warn' };

function colourOf({ moment, view }: { moment: Moment; view: Pick<ReplayView, 'manifests' | 'detail'> }): string {
  if (moment.kind === 'ignored') return 'var(--color-action)';
  if (moment.kind === 'left') return 'var(--color-warn)';
  if (moment.kind === 'message') return `var(--color-${messageColours[moment.state] ?? 'good'})`;
  if (moment.kind === 'end')
    return `var(--color-${moment.outcome === 'completed' ? 'accent' : moment.outcome === 'failed' ? 'bad' : 'exit'})`;
  const node = stepOf(view.detail, moment.node);
  const manifest = node ? manifestOf(view.manifests, node) : undefined;
  return `var(--color-${manifest?.category ?? 'action'})`;
}

function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(entry.contentRect.width);
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
