import type { Metadata } from 'next';
import { ProfilePage } from '@/features/profiles/profile-page';

export const metadata: Metadata = { title: 'Profile' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ProfilePage id={(await params).id} />;
}
