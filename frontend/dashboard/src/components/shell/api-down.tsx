'use client';

import { useEffect } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { ErrorState } from '@/components/ui/states';

const problem = new ApiProblem({ title: 'No answer', status: 502, code: 'api-unreachable', detail: 'The API does not answer. Check that it runs; this page tries again by itself.' });

/** Instead of the whole app while the api is away. */
export function ApiDown() {
  useEffect(() => {
    const timer = setInterval(() => location.reload(), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <main className="grid min-h-dvh place-items-center"><ErrorState title="Wend is not reachable" error={problem} onRetry={() => location.reload()} /></main>;
}
