import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Door } from '@/features/access/door';
import { SetupForm } from '@/features/access/setup-form';
import { setupNeeded } from '@/server/api';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetupPage() {
  if (!(await setupNeeded())) redirect('/sign-in');
  return <Door title="Set up Wend" lead="Name your workspace and make its first owner."><SetupForm /></Door>;
}
