import { ProfilesPage } from '@/features/profiles/profiles-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('profiles.profilesPage.profiles');

export default function Page() {
  return (
    <Texts of={['profiles', 'segments', 'editor-rules', 'consents', 'messages', 'imports']}>
      <ProfilesPage />
    </Texts>
  );
}
