'use client';

import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '@/components/ui/button';
import type { ButtonVariant } from '@/components/ui/button';

type ChooseFileProps = {
  label: string;
  variant?: ButtonVariant;
  onChoose: (file: File | undefined) => void;
};

/** A button that asks for a CSV file. The same file can be chosen twice. */
export function ChooseFile({ label, variant = 'secondary', onChoose }: ChooseFileProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant={variant} icon={<Upload size={15} strokeWidth={1.75} />} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
        onChange={(event) => {
          onChoose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </>
  );
}
