import { BacklogPage } from '@/features/delivery/backlog-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('delivery.backlog.title');

export default function Page() {
  return (
    <Texts of={['delivery', 'messages']}>
      <BacklogPage />
    </Texts>
  );
}
