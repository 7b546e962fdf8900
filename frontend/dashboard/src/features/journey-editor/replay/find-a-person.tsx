'use client';

import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { askForSearch } from '../runs/search-wish';
import { openRuns, useRunUrl } from '../runs/run-url';

/** In the top bar: from any run back to the search for one. A phone has no room for it; "All runs" leads there too. */
export function FindAPerson() {
  const t = useTranslations('editor-replay.findAPerson');
  const { run, filter } = useRunUrl();
  const find = () => {
    askForSearch();
    if (run !== null) openRuns(filter);
  };
  return (
    <Button icon={<Search size={15} strokeWidth={1.75} aria-hidden />} className="max-sm:hidden" onClick={find}>
      {t('findPerson')}
    </Button>
  );
}
