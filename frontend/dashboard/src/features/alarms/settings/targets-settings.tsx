'use client';

import { api } from '@wend/contract/plain';
import type { AlarmTargetKind } from '@wend/contract/plain';
import type { AlarmTarget } from '@wend/contract';
import { Hash, Mail, Plus, Send, Webhook } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Menu } from '@/components/ui/menu';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { useTestTarget } from '../use-alarms';
import { TargetDialog } from './target-dialog';

const icon = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const;
const targets = { members: Mail, slack: Hash, webhook: Webhook } as const satisfies Record<AlarmTargetKind, unknown>;
const order = Object.keys(targets) as AlarmTargetKind[];

/** Who is told, besides those who look at the page. */
export function TargetsSettings({ targets: items }: { targets: readonly AlarmTarget[] }) {
  const t = useTranslations('alarms.targets');
  const may = useMay(api.addAlarmTarget.access);
  const [editing, setEditing] = useState<{ kind: AlarmTargetKind; target: AlarmTarget | null } | null>(null);
  return (
    <Section
      title={t('title')}
      description={t('detail')}
      action={
        may ? (
          <Menu
            items={order.map((kind) => {
              const Icon = targets[kind];
              return {
                label: t(`kinds.${kind}`),
                icon: <Icon {...icon} />,
                onSelect: () => setEditing({ kind, target: null }),
              };
            })}
          >
            <Button variant="primary" icon={<Plus {...icon} />}>
              {t('add')}
            </Button>
          </Menu>
        ) : null
      }
    >
      {items.length === 0 ? (
        <EmptyState title={t('empty')} className="py-8">
          {t('emptyDetail')}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {items.map((target) => (
            <TargetRow key={target.id} target={target} onEdit={() => setEditing({ kind: target.kind, target })} />
          ))}
        </ul>
      )}
      {editing ? <TargetDialog {...editing} onClose={() => setEditing(null)} /> : null}
    </Section>
  );
}

function TargetRow({ target, onEdit }: { target: AlarmTarget; onEdit: () => void }) {
  const t = useTranslations('alarms.targets');
  const toast = useToast();
  const test = useTestTarget();
  const may = useMay(api.saveAlarmTarget.access);
  const Icon = targets[target.kind];
  const send = () =>
    test.mutate(target.id, {
      onSuccess: ({ ok, message }) => (ok ? toast.say(message) : toast.fail(t('testFailed'), new Error(message))),
      onError: (error) => toast.fail(t('testFailed'), error),
    });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <span className="text-muted">
        <Icon {...icon} />
      </span>
      <div className="min-w-52 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold break-words">{target.name}</span>
          {target.enabled ? null : <Badge>{t('off')}</Badge>}
        </p>
        <p className="text-xs text-muted">
          {target.kind === 'members' ? t('members', { count: target.memberIds.length }) : target.host}
          {target.lastToldAt === null ? null : (
            <>
              {' · '}
              {t('lastTold')} <RelativeTime at={target.lastToldAt} />
            </>
          )}
        </p>
        {target.lastError === null ? null : <p className="text-xs break-words text-bad">{target.lastError}</p>}
        {test.data && !test.data.ok ? (
          <p role="status" className="text-xs break-words text-bad">
            {test.data.message}
          </p>
        ) : null}
      </div>
      {may ? (
        <div className="flex gap-2">
          <Button
            size="sm"
            busy={test.isPending}
            icon={<Send {...icon} />}
            aria-label={t('testWhat', { what: target.name })}
            onClick={send}
          >
            {t('test')}
          </Button>
          <Button size="sm" aria-label={t('editWhat', { what: target.name })} onClick={onEdit}>
            {t('edit')}
          </Button>
        </div>
      ) : null}
    </li>
  );
}
