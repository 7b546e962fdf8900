'use client';

import { api } from '@wend/contract/plain';
import type { ImportSummary } from '@wend/contract';
import { Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { ChooseFile } from '@/components/form/choose-file';
import { Card } from '@/components/ui/card';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { formatNumber } from '@/lib/format';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { UploadCard } from './upload-card';
import { StateBadge } from './state-badge';
import { useImports } from './use-imports';
import { useUpload } from './use-upload';

export function ImportsPage() {
  const t = useTranslations('imports.list');
  const router = useRouter();
  const imports = useImports();
  const may = useMay(api.createImport.access);
  const segment = useQueryState().get('segment');
  const { uploading, start, stop } = useUpload({
    onDone: ({ id }) => router.push(`/profiles/imports/${id}${segment ? `?segment=${segment}` : ''}`),
  });
  const items = imports.data?.pages.flatMap((page) => page.items) ?? [];
  const choose = <ChooseFile variant="primary" label={t('upload')} onChoose={start} />;
  return (
    <>
      <PageHeader
        title={t('title')}
        parent={{ label: t('profiles'), href: '/profiles' }}
        actions={may && !uploading && items.length > 0 ? choose : null}
      />
      <PageBody>
        {uploading ? <UploadCard uploading={uploading} onStop={stop} /> : null}
        <Card>
          {imports.isPending ? <ListSkeleton rows={5} /> : null}
          {imports.isError && items.length === 0 ? (
            <ErrorState error={imports.error} title={t('failed')} onRetry={() => void imports.refetch()} />
          ) : null}
          {imports.data && items.length === 0 ? (
            <EmptyState
              icon={<Upload size={20} strokeWidth={1.75} />}
              title={t('noneYet')}
              actions={may && !uploading ? choose : null}
            >
              {t('noneYetDetail')}
            </EmptyState>
          ) : null}
          {items.length > 0 ? <ImportTable imports={items} /> : null}
          <LoadMore
            has={imports.hasNextPage}
            busy={imports.isFetchingNextPage}
            onMore={() => void imports.fetchNextPage()}
          />
        </Card>
      </PageBody>
    </>
  );
}

function ImportTable({ imports }: { imports: readonly ImportSummary[] }) {
  const t = useTranslations('imports.list');
  return (
    <Table label={t('title')}>
      <thead>
        <tr>
          <HeadCell>{t('file')}</HeadCell>
          <HeadCell>{t('state')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('people')}</HeadCell>
          <HeadCell className="max-lg:hidden">{t('by')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('when')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {imports.map(({ id, fileName, state, counts, progress, createdBy, createdAt }) => (
          <Row key={id} className="relative">
            <Cell className="w-full max-w-0 min-w-44">
              <Link
                href={`/profiles/imports/${id}`}
                className="block truncate font-semibold after:absolute after:inset-0"
              >
                {fileName}
              </Link>
            </Cell>
            <Cell className="whitespace-nowrap">
              <span className="inline-flex items-center gap-2">
                <StateBadge state={state} />
                {state === 'checking' || state === 'importing' ? (
                  <span className="text-xs text-muted tabular-nums">{formatNumber(Math.floor(progress * 100))}%</span>
                ) : null}
              </span>
            </Cell>
            <Cell className="whitespace-nowrap text-muted max-sm:hidden">
              {state === 'done' || state === 'importing' || state === 'cancelled'
                ? t('counts', { created: counts.created, changed: counts.changed })
                : '–'}
            </Cell>
            <Cell className="max-w-56 truncate text-muted max-lg:hidden">{createdBy}</Cell>
            <Cell className="whitespace-nowrap text-muted max-sm:hidden">
              <RelativeTime at={createdAt} className="relative z-10" />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
