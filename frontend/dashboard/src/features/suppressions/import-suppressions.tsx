'use client';

import type { SuppressionImport } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useToast } from '@/components/ui/toast';
import { cx } from '@/lib/cx';
import { formatNumber } from '@/lib/format';
import { useSuppressibleChannels } from './use-suppressible-channels';
import { useImportSuppressions } from './use-suppressions';

/** As the route takes it. */
const mostBytes = 12_000_000;

/** A file is counted first: what would be added, what is known and what is wrong with the rest. */
export function ImportSuppressions({ onClose }: { onClose: () => void }) {
  const t = useTranslations('suppressions.import');
  const channels = useSuppressibleChannels();
  const toast = useToast();
  const check = useImportSuppressions();
  const load = useImportSuppressions();
  const [channel, setChannel] = useState(channels[0]?.name);
  const [csv, setCsv] = useState<string | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const count = (next: { channel: string | undefined; csv: string | null }) => {
    if (next.channel === undefined || next.csv === null) return check.reset();
    check.mutate({ channel: next.channel, csv: next.csv, dryRun: true });
  };
  const choose = async (file: File | undefined) => {
    const large = file !== undefined && file.size > mostBytes;
    const text = file && !large ? await file.text() : null;
    setTooLarge(large);
    setCsv(text);
    count({ channel, csv: text });
  };
  const submit = () =>
    channel !== undefined &&
    csv !== null &&
    load.mutate(
      { channel, csv, dryRun: false },
      {
        onSuccess: ({ added }) => {
          toast.say(t('done', { count: added }));
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('title')}
      description={t('hint')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            variant="primary"
            busy={load.isPending}
            disabled={check.isPending || !check.data || check.data.added === 0}
          >
            {t('action', { count: check.data?.added ?? 0 })}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('file')} {...(tooLarge && { error: t('tooLarge') })}>
          {(control) => (
            <Input
              {...control}
              type="file"
              accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
              className="h-auto py-1.5 file:mr-3 file:rounded-sm file:border-0 file:bg-canvas file:px-2 file:py-0.5 file:font-medium file:text-ink"
              onChange={(event) => void choose(event.target.files?.[0])}
            />
          )}
        </Field>
        <Field label={t('channel')}>
          {(control) => (
            <Select
              {...control}
              value={channel}
              onChange={(next) => {
                setChannel(next);
                count({ channel: next, csv });
              }}
              options={channels.map(({ name, label }) => ({ value: name, label }))}
            />
          )}
        </Field>
        {check.isPending ? (
          <p role="status" className="text-muted">
            {t('checking')}
          </p>
        ) : null}
        {check.data ? <Result result={check.data} /> : null}
        <FormError error={check.error ?? load.error} />
      </div>
    </Dialog>
  );
}

function Result({ result }: { result: SuppressionImport }) {
  const t = useTranslations('suppressions.import');
  const { problems } = result;
  return (
    <div role="status">
      <dl className="grid grid-cols-5 gap-2 max-sm:grid-cols-2">
        <Figure label={t('rows')} value={result.rows} />
        <Figure label={t('new')} value={result.added} />
        <Figure label={t('known')} value={result.known} />
        <Figure label={t('repeated')} value={result.repeated} />
        <Figure label={t('bad')} value={result.bad} bad={result.bad > 0} />
      </dl>
      {problems.length > 0 ? (
        <ul className="mt-3 max-h-40 space-y-1 overflow-y-auto rounded-md bg-bad-soft px-3 py-2 text-xs" tabIndex={0}>
          {problems.map(({ line, problem }) => (
            <li key={line} className="break-words text-bad">
              <span className="font-semibold">{t('line', { line })}</span> {problem}
            </li>
          ))}
          {result.bad > problems.length ? (
            <li className="text-bad">{t('more', { count: result.bad - problems.length })}</li>
          ) : null}
        </ul>
      ) : null}
    </div>
  );
}

function Figure({ label, value, bad = false }: { label: ReactNode; value: number; bad?: boolean }) {
  return (
    <div className="flex flex-col-reverse justify-end">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={cx('text-lg font-semibold tabular-nums', bad && 'text-bad')}>{formatNumber(value)}</dd>
    </div>
  );
}
