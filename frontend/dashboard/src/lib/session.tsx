'use client';

import type { Access, Session } from '@wend/contract';
import { rolesWith } from '@wend/contract/plain';
import { createContext, use } from 'react';
import type { ReactNode } from 'react';

const Context = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Context value={session}>{children}</Context>;
}

/** Who is signed in; only below the (app) layout, which turns everyone else away. */
export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error('useSession needs SessionProvider above it');
  return session;
}

/** Whether the member may call a route: `useMay(api.create.access)`. */
export function useMay(access: Access): boolean {
  const { member } = useSession();
  return access === 'public' || rolesWith(access).includes(member.role);
}
