'use client';

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { ToastProvider } from './ui/toast';

/** A session that ended while the page was open: sign in and come back. */
function leaveWhenSignedOut(error: unknown): void {
  if (
    !(error instanceof ApiProblem) ||
    error.status !== 401 ||
    location.pathname === '/sign-in' ||
    location.pathname === '/setup'
  )
    return;
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) =>
          failures < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
      },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={client}>
      <Tooltip.Provider delayDuration={400} skipDelayDuration={200}>
        <ToastProvider>{children}</ToastProvider>
      </Tooltip.Provider>
    </QueryClientProvider>
  );
}
