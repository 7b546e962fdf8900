import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Door } from '@/features/access/door';
import { SignInForm } from '@/features/access/sign-in-form';
import { setupNeeded } from '@/server/api';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  if (await setupNeeded()) redirect('/setup');
  const { next } = await searchParams;
  return <Door title="Sign in to Wend" lead="Use the account that you were given."><SignInForm next={typeof next === 'string' ? next : undefined} /></Door>;
}
