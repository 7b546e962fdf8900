import { SegmentsPage } from '@/features/segments/segments-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('segments.list.title');

export default function Page() {
  return (
    <Texts of={['segments']}>
      <SegmentsPage />
    </Texts>
  );
}
