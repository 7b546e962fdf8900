'use client';

import { Search } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { askForSearch } from '../runs/search-wish';
import { openRuns, useRunUrl } from '../runs/run-url';

/** In the top bar: from any run back to the search for one. */
export function FindAPerson() {
  const { run, filter } = useRunUrl();
  const find = () => {
    askForSearch();
    if (run !== null) openRuns(filter);
  };
  return <Button icon={<Search size={15} strokeWidth={1.75} aria-hidden />} onClick={find}>Find a person</Button>;
}
