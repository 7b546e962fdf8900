import { DeliveryPage } from '@/features/delivery/delivery-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('delivery.page.title');

export default function Page() {
  return (
    <Texts of={['delivery', 'messages']}>
      <DeliveryPage />
    </Texts>
  );
}
