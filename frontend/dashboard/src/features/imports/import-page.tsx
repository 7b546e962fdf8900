'use client';

import type { ImportDetail } from '@wend/contract';
import { Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { ChooseFile } from '@/components/form/choose-file';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { UploadCard } from './upload-card';
import { ImportForm } from './import-form';
import { ImportProgress } from './import-progress';
import { Problems, Result } from './import-result';
import { StateBadge } from './state-badge';
import { isBusy, useImport, useImportActions } from './use-imports';
import { useUpload } from './use-upload';

export function ImportPage({ id }: { id: string }) {
  const t = useTranslations('imports.one');
  const found = useImport(id);
  const detail = found.data;
  return (
    <>
      <PageHeader
        title={detail?.fileName ?? t('title')}
        parent={{ label: t('imports'), href: '/profiles/imports' }}
        status={detail ? <StateBadge state={detail.state} /> : null}
        actions={detail && !isBusy(detail.state) ? <RemoveImport id={id} /> : null}
      />
      <PageBody>
        {found.isPending ? (
          <Card>
            <ListSkeleton rows={6} />
          </Card>
        ) : null}
        {found.isError && !detail ? (
          <Card>
            <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />
          </Card>
        ) : null}
        {detail ? <Body detail={detail} onUploaded={() => void found.refetch()} /> : null}
      </PageBody>
    </>
  );
}

function Body({ detail, onUploaded }: { detail: ImportDetail; onUploaded: () => void }) {
  const t = useTranslations('imports');
  switch (detail.state) {
    case 'uploading':
      return <GoOn detail={detail} onUploaded={onUploaded} />;
    case 'failed':
      return (
        <div className="space-y-4">
          <Card>
            <EmptyState title={t(detail.startedAt ? 'one.stopped' : 'one.rejected')} actions={<StartOver />}>
              {detail.error}
            </EmptyState>
          </Card>
          {detail.startedAt ? (
            <>
              <Result title={t('run.failedTitle')} counts={detail.counts} />
              <Problems detail={detail} />
            </>
          ) : null}
        </div>
      );
    case 'ready':
    case 'checked':
      // What was found is another form: a separator that changed leaves nothing of the one before.
      return <ImportForm key={`${detail.found?.delimiter} ${detail.found?.header}`} detail={detail} />;
    case 'checking':
    case 'importing':
      return <ImportProgress detail={detail} />;
    case 'done':
    case 'cancelled':
      return (
        <div className="space-y-4">
          <Result
            title={t(detail.state === 'done' ? 'run.doneTitle' : 'run.cancelledTitle')}
            counts={detail.counts}
            action={<StartOver />}
          />
          <Problems detail={detail} />
        </div>
      );
  }
}

function StartOver() {
  const t = useTranslations('imports.one');
  return (
    <Button asChild>
      <Link href="/profiles/imports">{t('startOver')}</Link>
    </Button>
  );
}

function GoOn({ detail, onUploaded }: { detail: ImportDetail; onUploaded: () => void }) {
  const t = useTranslations('imports.upload');
  const { uploading, start, stop } = useUpload({ begun: detail, onDone: onUploaded });
  if (uploading) return <UploadCard uploading={uploading} onStop={stop} />;
  return (
    <Card>
      <EmptyState title={t('goOn')} actions={<ChooseFile variant="primary" label={t('choose')} onChoose={start} />}>
        {t('goOnDetail', { name: detail.fileName, percent: Math.floor(detail.progress * 100) })}
      </EmptyState>
    </Card>
  );
}

function RemoveImport({ id }: { id: string }) {
  const t = useTranslations('imports.one');
  const router = useRouter();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const { remove } = useImportActions(id);
  return (
    <>
      <Button variant="danger" icon={<Trash2 size={15} strokeWidth={1.75} />} onClick={() => setAsking(true)}>
        {t('delete')}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('deleteTitle')}
        action={t('delete')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              toast.say(t('deleted'));
              router.push('/profiles/imports');
            },
          })
        }
      >
        {t('deleteDetail')}
      </ConfirmDialog>
    </>
  );
}
