import { useTranslations } from 'next-intl';
import { Skeleton } from '@/components/ui/states';

/** The editor's shape while it loads. */
export function EditorSkeleton() {
  const t = useTranslations('editor-shell.editorSkeleton');
  return (
    <div role="status" aria-label={t('openingJourney')} className="flex h-full flex-col">
      <div className="flex h-(--top-bar) items-center gap-4 border-b border-line bg-surface px-4">
        <Skeleton className="h-4 w-48" />
        <Skeleton className="ml-auto h-8 w-28" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="w-(--palette) space-y-3 border-r border-line bg-surface p-3 max-md:hidden">
          {Array.from({ length: 9 }, (_, index) => (
            <Skeleton key={index} className="h-6 w-full" />
          ))}
        </div>
        <div className="flex flex-1 flex-col items-center gap-12 bg-canvas pt-7">
          {Array.from({ length: 3 }, (_, index) => (
            <Skeleton key={index} className="h-[78px] w-[236px] rounded-xl" />
          ))}
        </div>
        <div className="w-(--panel) space-y-4 border-l border-line bg-surface p-5 max-md:hidden">
          <Skeleton className="h-8 w-2/3" />
          <Skeleton className="h-8 w-full" />
          <Skeleton className="h-8 w-full" />
        </div>
      </div>
    </div>
  );
}
