import { Suspense } from 'react';
import { EditorSkeleton } from '@/features/journey-editor/shell/editor-skeleton';
import { JourneyEditor } from '@/features/journey-editor/shell/journey-editor';
import { pageTitle, Texts } from '@/i18n/texts';
import { editorFeatures } from '@/i18n/languages';

export const generateMetadata = pageTitle('journeys.journeyTable.journey');

export default async function JourneyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Texts of={editorFeatures}>
      <Suspense fallback={<EditorSkeleton />}>
        <JourneyEditor journeyId={id} />
      </Suspense>
    </Texts>
  );
}
