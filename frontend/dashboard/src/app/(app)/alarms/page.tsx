import { AlarmsPage } from '@/features/alarms/alarms-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('alarms.page.title');

export default function Page() {
  return (
    <Texts of={['alarms']}>
      <AlarmsPage />
    </Texts>
  );
}
