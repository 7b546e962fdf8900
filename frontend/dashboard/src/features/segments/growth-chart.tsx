'use client';

import type { SegmentDay } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { formatNumber } from '@/lib/format';
import { dateLocale } from '@/lib/locale';
import { chartOf, nearest } from './growth-model';

const height = 200;
const left = 56;

/**
 * Sizes day by day. A day is read out on hover and with the arrow keys; those who cannot see the line find all days in
 * the table below it.
 */
export function GrowthChart({ days }: { days: readonly SegmentDay[] }) {
  const t = useTranslations('segments.growth');
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(720);
  const [shown, setShown] = useState<number | null>(null);
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const chart = chartOf(days, { width: width - left - 8, height });
  const point = shown === null ? undefined : chart.points[shown];
  const told = point ?? chart.points.at(-1);
  const onMove = (event: PointerEvent<SVGSVGElement>) =>
    setShown(nearest(chart.points, event.clientX - event.currentTarget.getBoundingClientRect().left - left));
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const last = days.length - 1;
    setShown((before) => Math.min(last, Math.max(0, (before ?? (by < 0 ? days.length : -1)) + by)));
  };
  const dayWords = (day: string) =>
    new Intl.DateTimeFormat(dateLocale(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    );
  const [first, last] = [days[0], days.at(-1)];
  return (
    <div ref={box} className="relative">
      <p role="status" className="mb-2 min-h-5 text-muted tabular-nums">
        {told
          ? t('day', {
              day: dayWords(told.day.day),
              size: told.day.size,
              entered: told.day.entered,
              left: told.day.left,
            })
          : null}
      </p>
      <svg
        width={width}
        height={height + 28}
        role="img"
        aria-label={t('chart', { size: last?.size ?? 0, days: days.length })}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={onMove}
        onPointerLeave={() => setShown(null)}
        onBlur={() => setShown(null)}
        className="block touch-pan-y"
      >
        <g transform={`translate(${left} 6)`}>
          {chart.ticks.map(({ value, y }) => (
            <g key={value}>
              <line x1={0} x2={width - left - 8} y1={y} y2={y} className="stroke-line" />
              <text x={-10} y={y + 4} textAnchor="end" className="fill-muted text-2xs tabular-nums">
                {formatNumber(value)}
              </text>
            </g>
          ))}
          <path d={chart.area} className="fill-accent-soft" />
          <path d={chart.line} fill="none" className="stroke-accent" strokeWidth={2} strokeLinejoin="round" />
          {chart.points.length === 1 || point ? (
            <circle
              cx={(point ?? chart.points[0])?.x}
              cy={(point ?? chart.points[0])?.y}
              r={4}
              className="fill-accent stroke-surface"
              strokeWidth={2}
            />
          ) : null}
          {point ? <line x1={point.x} x2={point.x} y1={0} y2={height} className="stroke-line-strong" /> : null}
        </g>
        {first ? (
          <text
            // A day alone stands in the middle.
            x={days.length > 1 ? left : left + (chart.points[0]?.x ?? 0)}
            y={height + 24}
            textAnchor={days.length > 1 ? 'start' : 'middle'}
            className="fill-muted text-2xs"
          >
            {dayWords(first.day)}
          </text>
        ) : null}
        {last && days.length > 1 ? (
          <text x={width - 8} y={height + 24} textAnchor="end" className="fill-muted text-2xs">
            {dayWords(last.day)}
          </text>
        ) : null}
      </svg>
    </div>
  );
}
