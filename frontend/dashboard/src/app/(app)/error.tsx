'use client';

import { useEffect } from 'react';
import { ErrorState } from '@/components/ui/states';

/** A page that broke: the rail stays. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  useEffect(() => console.error(error), [error]);
  return <div className="grid flex-1 place-items-center"><ErrorState title="This page broke" error={error} onRetry={reset} /></div>;
}
