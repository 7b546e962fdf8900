'use client';

import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { Uploading } from './use-upload';

export function UploadCard({ uploading, onStop }: { uploading: Uploading; onStop: () => void }) {
  const t = useTranslations('imports.upload');
  const percent = Math.floor(uploading.share * 100);
  return (
    <Card className="mb-4 p-4">
      <div className="mb-2 flex items-center gap-3">
        <p className="min-w-0 flex-1 truncate font-medium">{t('uploading', { name: uploading.name })}</p>
        <p className="text-muted tabular-nums">
          {t('progress', { percent, megabytes: Math.max(0.1, Math.round(uploading.bytes / 100_000) / 10) })}
        </p>
        <Button size="sm" onClick={onStop}>
          {t('stop')}
        </Button>
      </div>
      <ProgressBar share={uploading.share} label={t('uploading', { name: uploading.name })} />
    </Card>
  );
}

export function ProgressBar({ share, label }: { share: number; label: string }) {
  const percent = Math.min(100, Math.floor(share * 100));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-2 overflow-hidden rounded-full bg-line"
    >
      <div className="h-full rounded-full bg-accent transition-[width] duration-300" style={{ width: `${percent}%` }} />
    </div>
  );
}
