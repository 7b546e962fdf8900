import { SegmentPage } from '@/features/segments/segment-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('segments.page.segment');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return (
    <Texts of={['segments', 'editor-rules', 'consents', 'messages', 'imports']}>
      <SegmentPage id={(await params).id} />
    </Texts>
  );
}
