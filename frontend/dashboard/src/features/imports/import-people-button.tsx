'use client';

import { api } from '@wend/contract/plain';
import { Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { useMay } from '@/lib/session';

/** Leads to the imports, for whoever may import people. Needs the texts of `imports`. */
export function ImportPeopleButton() {
  const t = useTranslations('imports.button');
  if (!useMay(api.createImport.access)) return null;
  return (
    <Button asChild>
      <Link href="/profiles/imports">
        <Upload size={15} strokeWidth={1.75} aria-hidden />
        {t('importPeople')}
      </Link>
    </Button>
  );
}
