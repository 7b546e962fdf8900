'use client';

import type { ImportCounts, ImportDetail } from '@wend/contract';
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { cx } from '@/lib/cx';
import { formatNumber } from '@/lib/format';

const figures = ['rows', 'created', 'changed', 'unchanged', 'repeated', 'bad'] as const;
const besides = ['late', 'kept'] as const;

/** Every row of a file is counted once; below, what there is to say of rows besides. */
export function Counts({ counts }: { counts: ImportCounts }) {
  const t = useTranslations('imports.counts');
  return (
    <div className="space-y-3">
      <dl className="grid grid-cols-6 gap-3 max-sm:grid-cols-3">
        {figures.map((name) => (
          <div key={name} className="flex flex-col-reverse justify-end">
            <dt className="text-xs text-muted">{t(name)}</dt>
            <dd className={cx('text-xl font-semibold tabular-nums', name === 'bad' && counts.bad > 0 && 'text-bad')}>
              {formatNumber(counts[name])}
            </dd>
          </div>
        ))}
      </dl>
      {besides.map((name) =>
        counts[name] > 0 ? (
          <p key={name} className="text-sm text-muted">
            {t(name, { count: counts[name] })}
          </p>
        ) : null,
      )}
    </div>
  );
}

type ResultProps = { title: string; counts: ImportCounts; note?: string; action?: ReactNode };

export function Result({ title, counts, note, action }: ResultProps) {
  return (
    <Section title={title} {...(note && { description: note })} action={action}>
      <div className="p-4" role="status">
        <Counts counts={counts} />
      </div>
    </Section>
  );
}

/** The first rows with a problem, and all of them as a file; nothing where there are none. */
export function Problems({ detail: { id, problems, counts, keptUntil } }: { detail: ImportDetail }) {
  const t = useTranslations('imports.problems');
  if (problems.length === 0) return null;
  const kept = keptUntil ? t('keptUntil', { date: new Date(keptUntil) }) : '';
  return (
    <Section
      title={t('title')}
      description={`${t('description')} ${kept}`}
      action={
        <Button size="sm" asChild>
          <a href={`/api/imports/${id}/problems.csv`} download>
            <Download size={14} strokeWidth={1.75} aria-hidden />
            {t('download')}
          </a>
        </Button>
      }
    >
      <Table label={t('title')}>
        <thead>
          <tr>
            <HeadCell numeric className="w-16">
              {t('line')}
            </HeadCell>
            <HeadCell>{t('reason')}</HeadCell>
            <HeadCell className="max-sm:hidden">{t('row')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ line, kind, reason, row }) => (
            <Row key={line}>
              <Cell numeric className="align-top text-muted">
                {formatNumber(line)}
              </Cell>
              <Cell className={cx('min-w-60 align-top', kind === 'bad' ? 'text-bad' : 'text-muted')}>{reason}</Cell>
              <Cell className="w-1/2 max-w-0 truncate align-top font-mono text-xs text-muted max-sm:hidden">
                {row.join(' · ')}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      {counts.bad + counts.repeated + Math.max(counts.late, counts.kept) > problems.length ? (
        <p className="border-t border-line px-4 py-3 text-xs text-muted">{t('first', { count: problems.length })}</p>
      ) : null}
    </Section>
  );
}
