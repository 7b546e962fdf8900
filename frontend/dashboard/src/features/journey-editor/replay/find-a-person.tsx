'use client';

import { Search } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { openRuns, useRunUrl } from '../runs/run-url';

/** In the top bar: from any run back to the search for one. */
export function FindAPerson() {
  const { run, filter } = useRunUrl();
  const find = () => {
    if (run !== null) openRuns(filter);
    // The list is drawn after the address has changed.
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('find-a-person')?.focus()));
  };
  return <Button icon={<Search size={15} strokeWidth={1.75} aria-hidden />} onClick={find}>Find a person</Button>;
}
