import { SettingsPage } from '@/features/settings/settings-page';
import { pageTitle, Texts } from '@/i18n/texts';
import { demoWriteKey } from '@/server/demo';

export const generateMetadata = pageTitle('settings.settingsPage.settings');

export default async function Page() {
  return (
    <Texts
      of={[
        'settings',
        'alarms',
        'sending',
        'suppressions',
        'consents',
        'delivery',
        'places',
        'http-connections',
        'workspace',
        'messages',
      ]}
    >
      <SettingsPage demoShop={(await demoWriteKey()) !== null} />
    </Texts>
  );
}
