import { cx } from '@/lib/cx';

type DayBarsProps = {
  /** Of each day from the bottom up, the oldest day first. */
  days: readonly (readonly number[])[];
  /** What is shown, in words. */
  label: string;
  /** Of each part, as a text color: bars are filled with it. */
  looks?: readonly string[];
  className?: string;
};

/** A bar per day, each as high as it is of the highest. */
export function DayBars({ days, label, looks = ['text-accent'], className }: DayBarsProps) {
  const most = Math.max(1, ...days.map(sum));
  const width = 100 / Math.max(1, days.length);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      className={cx('block', className)}
    >
      {days.map((parts, index) => {
        let top = 100;
        return (
          <g key={index}>
            {parts.map((value, part) => {
              // What is there can be seen.
              const height = value === 0 ? 0 : Math.max(3, (value / most) * 100);
              top -= height;
              return (
                <rect
                  key={part}
                  x={index * width + width * 0.12}
                  y={top}
                  width={width * 0.76}
                  height={height}
                  className={cx('fill-current', looks[part])}
                />
              );
            })}
            {sum(parts) === 0 ? (
              <rect x={index * width + width * 0.12} y={98} width={width * 0.76} height={2} className="fill-line" />
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
