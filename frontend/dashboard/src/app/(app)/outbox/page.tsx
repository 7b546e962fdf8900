import { OutboxPage } from '@/features/outbox/outbox-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('outbox.outboxPage.outbox');

export default function Page() {
  return (
    <Texts of={['outbox', 'messages', 'journeys']}>
      <OutboxPage />
    </Texts>
  );
}
