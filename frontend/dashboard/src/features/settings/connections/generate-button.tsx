'use client';

import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';

/** Makes a signing secret of 32 random bytes, as Standard Webhooks writes them, in the browser. */
export function GenerateButton({ onMade }: { onMade: (secret: string) => void }) {
  const t = useTranslations('settings.generateButton');
  return (
    <Button variant="link" onClick={() => onMade(secretOf(crypto.getRandomValues(new Uint8Array(32))))}>
      {t('generate')}
    </Button>
  );
}

function secretOf(bytes: Uint8Array): string {
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
