import { JourneysPage } from '@/features/journeys/journeys-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('journeys.journeysPage.journeys');

export default function Page() {
  return (
    <Texts of={['journeys', 'messages']}>
      <JourneysPage />
    </Texts>
  );
}
