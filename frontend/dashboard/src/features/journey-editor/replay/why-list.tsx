import { Check, Info, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cx } from '@/lib/cx';
import type { WhyRow } from './why';

const looks = {
  yes: { icon: Check, className: 'text-good' },
  no: { icon: X, className: 'text-bad' },
  info: { icon: Info, className: 'text-muted' },
} as const;

/** Reasons, one line each, with what was seen below; clauses of a clause are indented. */
export function WhyList({ rows, nested = false }: { rows: WhyRow[]; nested?: boolean }) {
  const t = useTranslations('editor-replay.whyList');
  return (
    <ul className={cx('space-y-2', nested && 'mt-1.5')}>
      {rows.map((row, index) => {
        const look = looks[row.result];
        return (
          <li key={index} className="flex gap-2">
            <look.icon size={14} strokeWidth={2} className={cx('mt-0.5 shrink-0', look.className)} aria-hidden />
            <div className="min-w-0 flex-1 break-words">
              {row.result === 'info' ? null : <span className="sr-only">{t(row.result)} </span>}
              {row.strong ? <b className="font-semibold">{row.strong} </b> : null}
              {row.text}
              {row.seen ? (
                <p title={row.hover} className="text-xs break-words text-muted tabular-nums">
                  {row.seen}
                </p>
              ) : null}
              {row.rows && row.rows.length > 0 ? <WhyList rows={row.rows} nested /> : null}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
