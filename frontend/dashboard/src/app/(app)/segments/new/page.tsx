import { NewSegmentPage } from '@/features/segments/new-segment-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('segments.page.newRule');

export default function Page() {
  return (
    <Texts of={['segments', 'editor-rules', 'consents', 'messages']}>
      <NewSegmentPage />
    </Texts>
  );
}
