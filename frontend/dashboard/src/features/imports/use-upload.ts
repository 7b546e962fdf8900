'use client';

import { importLimits } from '@wend/contract/plain';
import type { ImportSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { useToast } from '@/components/ui/toast';
import { uploadFile } from './upload-file';

type Begun = Pick<ImportSummary, 'id' | 'received' | 'bytes' | 'fileName'>;
export type Uploading = { name: string; bytes: number; share: number };

/** Sends one file at a time; leaving the page stops it, and what has arrived stays. */
export function useUpload({ begun, onDone }: { begun?: Begun; onDone: (done: ImportSummary) => void }) {
  const t = useTranslations('imports.upload');
  const toast = useToast();
  const [uploading, setUploading] = useState<Uploading | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (file: File | undefined) => {
    if (!file || running.current) return;
    const wrong =
      file.size === 0
        ? t('empty')
        : file.size > importLimits.bytes
          ? t('tooLarge')
          : begun && begun.bytes !== file.size
            ? t('another', { name: begun.fileName, bytes: begun.bytes })
            : null;
    if (wrong !== null) return toast.fail(t('failed'), new Error(wrong));
    const controller = new AbortController();
    running.current = controller;
    const show = (share: number) => setUploading({ name: file.name, bytes: file.size, share });
    show(0);
    try {
      onDone(await uploadFile({ file, ...(begun && { begun }), onProgress: show, signal: controller.signal }));
    } catch (error) {
      if (!controller.signal.aborted) toast.fail(t('failed'), error);
    } finally {
      running.current = null;
      setUploading(null);
    }
  };
  return { uploading, start: (file: File | undefined) => void start(file), stop: () => running.current?.abort() };
}
