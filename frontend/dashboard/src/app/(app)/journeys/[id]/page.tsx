import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EditorSkeleton } from '@/features/journey-editor/shell/editor-skeleton';
import { JourneyEditor } from '@/features/journey-editor/shell/journey-editor';

export const metadata: Metadata = { title: 'Journey' };

export default async function JourneyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <Suspense fallback={<EditorSkeleton />}><JourneyEditor journeyId={id} /></Suspense>;
}
