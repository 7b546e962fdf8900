'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { SaveWarmUp, WarmUp } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { formatNumber } from '@/lib/format';
import { useMay } from '@/lib/session';
import { PanelHead } from './panel-head';

const keyOf = (connectionId: string) => ['warm-up', connectionId] as const;
const usual: SaveWarmUp = {
  startPerDay: 50,
  growthPercent: 50,
  mostPerDay: 50_000,
  transactionalPasses: true,
  restart: false,
};

/** The daily limit of a connection that grows: set up, and how far today is. */
export function WarmUpPanel({ connectionId }: { connectionId: string }) {
  const t = useTranslations('sending.warmUp');
  const stored = useQuery({
    queryKey: keyOf(connectionId),
    queryFn: ({ signal }) => call(api.warmUp, { params: { id: connectionId }, signal }),
    refetchInterval: 30_000,
  });
  const [wanted, setWanted] = useState(false);
  const remove = useRemove(connectionId);
  const may = useMay(api.saveWarmUp.access);
  const warmUp = stored.data?.warmUp ?? null;
  const on = warmUp !== null || wanted;
  return (
    <section aria-label={t('title')} className="border-t border-line p-4">
      <PanelHead
        title={t('title')}
        detail={t('detail')}
        action={
          stored.data ? (
            <Switch
              aria-label={t('use')}
              checked={on}
              disabled={!may || remove.isPending}
              onCheckedChange={(next) => {
                setWanted(next);
                if (!next && warmUp) remove.mutate();
              }}
            />
          ) : null
        }
      />
      {stored.isPending ? <ListSkeleton rows={1} /> : null}
      {stored.isError && !stored.data ? (
        <ErrorState error={stored.error} title={t('failed')} onRetry={() => void stored.refetch()} />
      ) : null}
      {warmUp ? <Today warmUp={warmUp} /> : null}
      {stored.data && on ? (
        <PlanForm key={warmUp ? 'stored' : 'new'} connectionId={connectionId} stored={warmUp} />
      ) : null}
    </section>
  );
}

function useRemove(connectionId: string) {
  const t = useTranslations('sending.warmUp');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: () => call(api.removeWarmUp, { params: { id: connectionId } }),
    onSuccess: () => {
      toast.say(t('removed'));
      return client.invalidateQueries({ queryKey: keyOf(connectionId) });
    },
    onError: (error) => toast.fail(t('failed'), error),
  });
}

function Today({ warmUp }: { warmUp: WarmUp }) {
  const t = useTranslations('sending.warmUp');
  const { today, limits, fullAfterDays } = warmUp;
  const highest = Math.max(...limits, 1);
  return (
    <div className="mt-3">
      <p className="font-medium">
        {t('today', { day: today.number, taken: formatNumber(today.taken), limit: formatNumber(today.limit) })}
      </p>
      <div
        role="progressbar"
        aria-label={t('title')}
        aria-valuemin={0}
        aria-valuemax={today.limit}
        aria-valuenow={Math.min(today.taken, today.limit)}
        className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className="h-full rounded-full bg-accent"
          style={{ width: `${Math.min(100, (today.taken / today.limit) * 100)}%` }}
        />
      </div>
      <div aria-hidden className="mt-3 flex h-12 items-end gap-px" title={t('plan')}>
        {limits.map((limit, day) => (
          <span
            key={day}
            className={cx('min-w-px flex-1 rounded-t-sm', day === today.number - 1 ? 'bg-accent' : 'bg-line-strong')}
            style={{ height: `${Math.max(4, (limit / highest) * 100)}%` }}
          />
        ))}
      </div>
      <p className="mt-1.5 text-xs text-muted">
        {fullAfterDays === null ? t('neverFull') : t('full', { days: fullAfterDays })}
      </p>
    </div>
  );
}

function PlanForm({ connectionId, stored }: { connectionId: string; stored: WarmUp | null }) {
  const t = useTranslations('sending.warmUp');
  const client = useQueryClient();
  const toast = useToast();
  const may = useMay(api.saveWarmUp.access);
  const from = stored ?? usual;
  const [values, setValues] = useState({
    startPerDay: String(from.startPerDay),
    growthPercent: String(from.growthPercent),
    mostPerDay: String(from.mostPerDay),
    transactionalPasses: from.transactionalPasses,
  });
  const [restarting, setRestarting] = useState(false);
  const save = useMutation({
    mutationFn: (restart: boolean) =>
      call(api.saveWarmUp, {
        params: { id: connectionId },
        body: {
          startPerDay: Number(values.startPerDay),
          growthPercent: Number(values.growthPercent),
          mostPerDay: Number(values.mostPerDay),
          transactionalPasses: values.transactionalPasses,
          restart,
        },
      }),
    onSuccess: (saved) => {
      setRestarting(false);
      toast.say(t('saved'));
      client.setQueryData(keyOf(connectionId), saved);
    },
  });
  const number = (name: 'startPerDay' | 'growthPercent' | 'mostPerDay', label: string, min: number) => (
    <Field label={label} error={fieldError(save.error, name)}>
      {(control) => (
        <Input
          {...control}
          type="number"
          min={min}
          value={values[name]}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form
      noValidate
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(false);
      }}
    >
      <fieldset disabled={!may} className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-3">
          {number('startPerDay', t('start'), 1)}
          {number('growthPercent', t('growth'), 0)}
          {number('mostPerDay', t('most'), 1)}
        </div>
        <Checkbox
          checked={values.transactionalPasses}
          disabled={!may}
          onChange={(transactionalPasses) => setValues({ ...values, transactionalPasses })}
          label={t('transactional')}
          help={t('transactionalHelp')}
        />
      </fieldset>
      <FormError error={save.error} />
      {may ? (
        <div className="flex justify-end gap-2">
          {stored ? <Button onClick={() => setRestarting(true)}>{t('restart')}</Button> : null}
          <Button type="submit" variant="primary" busy={save.isPending && !restarting}>
            {t('save')}
          </Button>
        </div>
      ) : null}
      <ConfirmDialog
        open={restarting}
        onOpenChange={setRestarting}
        title={t('restartTitle')}
        action={t('restart')}
        busy={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate(true)}
      >
        {t('restartWarning')}
      </ConfirmDialog>
    </form>
  );
}
