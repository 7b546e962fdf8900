'use client';

import { Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { useCreateJourney } from './use-journeys';

/** Makes a journey from an exported file and opens it. */
export function ImportButton() {
  const t = useTranslations('journeys.importButton');
  const input = useRef<HTMLInputElement>(null);
  const create = useCreateJourney();
  const toast = useToast();
  const router = useRouter();
  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      const { importJourney } = await import('@wend/contract');
      const { id } = await create.mutateAsync(importJourney(await file.text()));
      router.push(`/journeys/${id}`);
    } catch (error) {
      toast.fail(t('failed', { name: file.name }), error);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        className="hidden"
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          void read(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <Button
        className="max-sm:hidden"
        icon={<Upload size={15} strokeWidth={1.75} />}
        busy={create.isPending}
        onClick={() => input.current?.click()}
      >
        {t('import')}
      </Button>
    </>
  );
}
