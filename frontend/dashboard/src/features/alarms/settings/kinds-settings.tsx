'use client';

import { alarmKinds, api } from '@wend/contract/plain';
import type { AlarmKindSettings } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { KindIcon } from '../kind-icon';
import { MuteMenu } from '../mute-menu';
import { useMuteKind } from '../use-alarms';
import { KindDialog } from './kind-dialog';
import { useLimitWords } from './limit-words';

/** Every kind of alarm with its limits. */
export function KindsSettings({ kinds }: { kinds: readonly AlarmKindSettings[] }) {
  const t = useTranslations('alarms.settings');
  const [editing, setEditing] = useState<AlarmKindSettings | null>(null);
  return (
    <Section title={t('title')} description={t('detail')}>
      <ul className="divide-y divide-line">
        {kinds.map((kind) => (
          <KindRow key={kind.kind} kind={kind} onEdit={() => setEditing(kind)} />
        ))}
      </ul>
      {editing ? <KindDialog stored={editing} subject={null} onClose={() => setEditing(null)} /> : null}
    </Section>
  );
}

function KindRow({ kind: row, onEdit }: { kind: AlarmKindSettings; onEdit: () => void }) {
  const t = useTranslations('alarms.settings');
  const kinds = useTranslations('alarms.kinds');
  const limit = useLimitWords();
  const mute = useMuteKind();
  const toast = useToast();
  const may = useMay(api.saveAlarmSettings.access);
  const { kind, enabled, breaker, muted, settings } = row;
  const title = kinds(`${kind}.title`);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <span className="text-muted">
        <KindIcon kind={kind} />
      </span>
      <div className="min-w-52 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{title}</span>
          {enabled ? null : <Badge>{t('off')}</Badge>}
          {muted ? <Badge>{t('muted')}</Badge> : null}
          {breaker && alarmKinds[kind].breaker !== null ? <Badge tone="warn">{t('breakerOn')}</Badge> : null}
        </p>
        <p className="text-xs text-muted">{limit(kind, settings)}</p>
        {muted ? (
          <p className="text-xs text-muted">
            {t('mutedBy', { by: muted.by })} <RelativeTime at={muted.until} />
          </p>
        ) : null}
      </div>
      {may ? (
        <div className="flex gap-2">
          {enabled ? (
            <MuteMenu
              muted={muted !== null}
              what={title}
              busy={mute.isPending}
              onMute={(hours) =>
                mute.mutate({ kind, hours }, { onError: (error) => toast.fail(t('muteFailed'), error) })
              }
            />
          ) : null}
          <Button size="sm" aria-label={t('editWhat', { what: title })} onClick={onEdit}>
            {t('edit')}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
