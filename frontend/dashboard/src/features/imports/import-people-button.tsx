'use client';

import { api } from '@wend/contract/plain';
import { Download, Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { routeUrl } from '@/lib/api-client';
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

/** All people as a file, for whoever may take them out. `query`: which of them, as the list is filtered. */
export function ExportPeopleButton({ query = {} }: { query?: Record<string, string> }) {
  const t = useTranslations('imports.button');
  if (!useMay('profiles.export')) return null;
  return (
    <Button asChild>
      <a href={routeUrl('/api/profiles.csv', { query })} download>
        <Download size={15} strokeWidth={1.75} aria-hidden />
        {t('exportPeople')}
      </a>
    </Button>
  );
}
