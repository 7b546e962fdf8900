import { EventsPage } from '@/features/events/events-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('events.page.title');

export default function Page() {
  return (
    <Texts of={['events', 'business-events', 'ways-in']}>
      <EventsPage />
    </Texts>
  );
}
