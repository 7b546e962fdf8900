'use client';

import type { CatalogueDetail, CatalogueKind } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { formatNumber } from '@/lib/format';
import { useMay } from '@/lib/session';
import { DayBars } from './day-bars';
import { Flags } from './flags';
import { PropertyTable } from './property-table';
import { useCatalogueEntry, useDescribe, useRemoveEntry } from './use-catalogue';

type EntryDialogProps = { kind: CatalogueKind; name: string; onClose: () => void };

/** An event or a trait: what it carries, where it is used, and what is said of it. */
export function EntryDialog({ kind, name, onClose }: EntryDialogProps) {
  const t = useTranslations('events.detail');
  const entry = useCatalogueEntry({ kind, name });
  return (
    <Dialog wide open onOpenChange={(open) => !open && onClose()} title={name}>
      {entry.isPending ? <ListSkeleton rows={4} /> : null}
      {entry.isError && !entry.data ? (
        <ErrorState error={entry.error} title={t('failed')} onRetry={() => void entry.refetch()} />
      ) : null}
      {entry.data ? <Entry key={name} entry={entry.data} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Entry({ entry, onClose }: { entry: CatalogueDetail; onClose: () => void }) {
  const t = useTranslations('events.detail');
  const may = useMay(api.describeEntry.access);
  return (
    <div className="space-y-5">
      <div>
        <Flags item={entry} />
        <div className="mt-3 flex flex-wrap items-end gap-x-8 gap-y-3">
          <DayBars
            className="h-16 min-w-60 flex-1"
            label={t('chart', { total: formatNumber(entry.last30Days) })}
            days={entry.days.map((count) => [count])}
          />
          <dl className="grid grid-cols-[max-content_max-content] gap-x-4 gap-y-1">
            <dt className="text-muted">{t('firstSeen')}</dt>
            <dd>
              <RelativeTime at={entry.firstSeenAt} />
            </dd>
            <dt className="text-muted">{t('lastSeen')}</dt>
            <dd>
              <RelativeTime at={entry.lastSeenAt} />
            </dd>
          </dl>
        </div>
        <p className="mt-1 text-xs text-muted">{t('chart', { total: formatNumber(entry.last30Days) })}</p>
      </div>
      <Description entry={entry} may={may} />
      <Marks entry={entry} may={may} />
      <Part title={entry.kind === 'event' ? t('properties') : t('values')}>
        {entry.properties.length === 0 ? (
          <p className="text-muted">{t('noProperties')}</p>
        ) : (
          <PropertyTable entry={entry} may={may} />
        )}
        {entry.propertiesFull ? <p className="mt-2 text-xs text-muted">{t('propertiesFull')}</p> : null}
      </Part>
      <Part title={t('usedBy')}>
        <Uses entry={entry} />
      </Part>
      {may ? <Remove entry={entry} onClose={onClose} /> : null}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-md">{title}</h3>
      {children}
    </section>
  );
}

function Description({ entry, may }: { entry: CatalogueDetail; may: boolean }) {
  const t = useTranslations('events.detail');
  const [text, setText] = useState(entry.description);
  const describe = useDescribe(entry);
  const toast = useToast();
  if (!may) return entry.description ? <p>{entry.description}</p> : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        describe.mutate({ description: text }, { onError: (error) => toast.fail(t('saveFailed'), error) });
      }}
    >
      <Field label={t('description')} help={t('descriptionHint')}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            maxLength={500}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {text.trim() === entry.description ? null : (
        <Button type="submit" variant="primary" className="mt-2" busy={describe.isPending}>
          {t('save')}
        </Button>
      )}
    </form>
  );
}

function Marks({ entry, may }: { entry: CatalogueDetail; may: boolean }) {
  const t = useTranslations('events.detail');
  const describe = useDescribe(entry);
  const toast = useToast();
  if (!may) return null;
  const change = (some: { expected?: boolean; hidden?: boolean }) =>
    describe.mutate(some, { onError: (error) => toast.fail(t('saveFailed'), error) });
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {entry.builtIn ? null : (
        <Mark
          name={t('expected')}
          detail={t('expectedDetail')}
          on={entry.expected}
          busy={describe.isPending}
          onChange={(expected) => change({ expected })}
        />
      )}
      <Mark
        name={t('hide')}
        detail={t('hideDetail')}
        on={entry.hidden}
        busy={describe.isPending}
        onChange={(hidden) => change({ hidden })}
      />
    </div>
  );
}

type MarkProps = { name: string; detail: string; on: boolean; busy: boolean; onChange: (on: boolean) => void };

function Mark({ name, detail, on, busy, onChange }: MarkProps) {
  return (
    <label className="flex items-start gap-3">
      <Switch checked={on} disabled={busy} onCheckedChange={onChange} aria-label={name} />
      <span>
        <span className="block font-medium">{name}</span>
        <span className="block text-xs text-muted">{detail}</span>
      </span>
    </label>
  );
}

function Uses({ entry: { uses } }: { entry: CatalogueDetail }) {
  const t = useTranslations('events.detail');
  const places = useTranslations('events.where');
  if (uses.length === 0) return <p className="text-muted">{t('unused')}</p>;
  return (
    <ul className="space-y-1">
      {uses.map(({ what, id, name, where }) => (
        <li key={id} className="flex flex-wrap items-center gap-2">
          <Link
            href={what === 'journey' ? `/journeys/${id}` : `/segments/${id}`}
            className="font-medium hover:underline"
          >
            {name}
          </Link>
          <Badge>{where === null ? t('segment') : places(where)}</Badge>
        </li>
      ))}
    </ul>
  );
}

function Remove({ entry, onClose }: { entry: CatalogueDetail; onClose: () => void }) {
  const t = useTranslations('events.detail');
  const [asked, setAsked] = useState(false);
  const remove = useRemoveEntry(entry);
  return (
    <>
      <Button onClick={() => setAsked(true)}>{t('remove')}</Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={t('removeTitle', { name: entry.name })}
        action={t('removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      >
        {t('removeDetail')}
      </ConfirmDialog>
    </>
  );
}
