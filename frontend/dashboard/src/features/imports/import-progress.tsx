'use client';

import type { ImportDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { formatNumber } from '@/lib/format';
import { ProgressBar } from './upload-card';
import { Counts } from './import-result';
import { useImportActions } from './use-imports';

export function ImportProgress({ detail }: { detail: ImportDetail }) {
  const t = useTranslations('imports.run');
  const { cancel } = useImportActions(detail.id);
  const [asking, setAsking] = useState(false);
  const words = t(detail.state === 'checking' ? 'checking' : 'importing');
  return (
    <Card className="p-4">
      <div className="mb-3 flex items-center gap-3">
        <p className="flex-1 font-medium">{words}</p>
        <span className="text-muted tabular-nums">{formatNumber(Math.floor(detail.progress * 100))}%</span>
        <Button
          size="sm"
          busy={cancel.isPending}
          onClick={() => (detail.state === 'checking' ? cancel.mutate() : setAsking(true))}
        >
          {t('cancel')}
        </Button>
      </div>
      <ProgressBar share={detail.progress} label={words} />
      <div className="mt-4">
        <Counts counts={detail.counts} />
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('cancelTitle')}
        action={t('keepGoing')}
        danger
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {t('cancelDetail')}
      </ConfirmDialog>
    </Card>
  );
}
