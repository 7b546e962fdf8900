'use client';

import type { SegmentSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { FormError } from '@/components/ui/field';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { UsesList } from './uses-list';
import { useRemoveSegment, useSegmentUses } from './use-segments';

type DeleteSegmentDialogProps = {
  segment: SegmentSummary;
  onClose: () => void;
  onRemoved?: (() => void) | undefined;
};

/** Asks before a segment is deleted; one that is used cannot be, and where it is used is listed. */
export function DeleteSegmentDialog({ segment, onClose, onRemoved }: DeleteSegmentDialogProps) {
  const t = useTranslations('segments.delete');
  const uses = useSegmentUses(segment.id);
  const remove = useRemoveSegment();
  const items = uses.data?.items ?? [];
  const isFree = uses.data !== undefined && items.length === 0;
  const submit = () =>
    isFree &&
    remove.mutate(segment, {
      onSuccess: () => {
        onClose();
        onRemoved?.();
      },
      // Somebody may have begun to use it in between.
      onError: () => void uses.refetch(),
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={items.length > 0 ? t('used', { name: segment.name }) : t('title', { name: segment.name })}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{isFree ? t('cancel') : t('close')}</Button>
          {isFree ? (
            <Button type="submit" variant="danger" busy={remove.isPending}>
              {t('confirm')}
            </Button>
          ) : null}
        </>
      }
    >
      {uses.isPending ? <ListSkeleton rows={2} /> : null}
      {uses.isError && !uses.data ? <ErrorState error={uses.error} onRetry={() => void uses.refetch()} /> : null}
      {isFree ? <p className="text-muted">{t('warning', { count: segment.size })}</p> : null}
      {items.length > 0 ? (
        <>
          <p className="mb-3 text-muted">{t('usedDetail')}</p>
          <div className="rounded-lg border border-line">
            <UsesList uses={items} />
          </div>
        </>
      ) : null}
      <FormError error={remove.error} className="mt-3" />
    </Dialog>
  );
}
