'use client';

import { api } from '@wend/contract/plain';
import type { SegmentDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { useMay } from '@/lib/session';
import { shareOf } from './share';
import { useSegmentAction } from './use-segments';

/** How far a changed rule is, or people who are copied; nothing while members are those that are to be. */
export function BuildProgress({ segment }: { segment: SegmentDetail }) {
  const t = useTranslations('segments.build');
  const act = useSegmentAction();
  const mayEdit = useMay(api.cancelSegmentBuild.access);
  const { build } = segment;
  if (!build || build.state === 'done' || build.state === 'cancelled') return null;
  // Of a first build there are no members from before.
  const which = segment.kind === 'manual' ? 'copy.' : segment.liveRule === null ? 'first.' : '';
  const share = build.total === 0 ? 0 : Math.min(1, build.done / build.total);
  const canCancel = mayEdit && segment.liveRule !== null && build.state !== 'telling';
  return (
    <div role="status" className="mb-4 rounded-lg border border-line bg-surface px-4 py-3 shadow-card">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-52 flex-1">
          <p className="font-medium">{t(`${which}state.${build.state}`)}</p>
          <p className="text-xs text-muted tabular-nums">
            {build.state === 'failed'
              ? t(`${which}failedDetail`)
              : build.state === 'telling'
                ? t('tellingDetail')
                : t(`${which}progress`, {
                    done: build.done,
                    total: build.total,
                    share: shareOf(build.done, build.total),
                  })}
          </p>
          {build.error === null ? null : <p className="text-xs text-bad">{build.error}</p>}
        </div>
        {mayEdit && build.state === 'failed' && segment.archivedAt === null ? (
          <Button
            size="sm"
            variant="primary"
            busy={act.isPending && act.variables.action === 'retryBuild'}
            disabled={act.isPending}
            onClick={() => act.mutate({ id: segment.id, action: 'retryBuild' })}
          >
            {t('retry')}
          </Button>
        ) : null}
        {canCancel ? (
          <Button
            size="sm"
            busy={act.isPending && act.variables.action === 'cancelBuild'}
            disabled={act.isPending}
            onClick={() => act.mutate({ id: segment.id, action: 'cancelBuild' })}
          >
            {t('cancel')}
          </Button>
        ) : null}
      </div>
      {build.state === 'failed' ? null : (
        <div
          role="progressbar"
          aria-label={t('label')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          className="mt-2.5 h-1.5 overflow-hidden rounded-full bg-line"
        >
          <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </div>
  );
}
