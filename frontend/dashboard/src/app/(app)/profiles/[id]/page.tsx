import { ProfilePage } from '@/features/profiles/profile-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('profiles.profilesPage.person');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return (
    <Texts of={['profiles', 'approvals', 'consents', 'segments', 'editor-rules', 'messages', 'ways-in']}>
      <ProfilePage id={(await params).id} />
    </Texts>
  );
}
