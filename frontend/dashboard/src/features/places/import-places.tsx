'use client';

import type { PlaceImport } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { formatNumber } from '@/lib/format';
import { useImportPlaces } from './use-places';

/** As the route takes it. */
const mostBytes = 4_000_000;

/** A file is counted first: what would be added and changed, and what is wrong with the rest. */
export function ImportPlaces({ onClose }: { onClose: () => void }) {
  const t = useTranslations('places.import');
  const toast = useToast();
  const check = useImportPlaces();
  const load = useImportPlaces();
  const [csv, setCsv] = useState<string | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const choose = async (file: File | undefined) => {
    const large = file !== undefined && file.size > mostBytes;
    const text = file && !large ? await file.text() : null;
    setTooLarge(large);
    setCsv(text);
    if (text === null) check.reset();
    else check.mutate({ csv: text, dryRun: true });
  };
  const count = (check.data?.created ?? 0) + (check.data?.updated ?? 0);
  const submit = () =>
    csv !== null &&
    load.mutate(
      { csv, dryRun: false },
      {
        onSuccess: ({ created, updated }) => {
          toast.say(t('done', { count: created + updated }));
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
          <Button type="submit" variant="primary" busy={load.isPending} disabled={check.isPending || count === 0}>
            {t('action', { count })}
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

function Result({ result }: { result: PlaceImport }) {
  const t = useTranslations('places.import');
  const figures = ['rows', 'created', 'updated', 'unchanged', 'bad'] as const;
  return (
    <div role="status">
      <dl className="grid grid-cols-5 gap-2 max-sm:grid-cols-2">
        {figures.map((name) => (
          <div key={name} className="flex flex-col-reverse justify-end">
            <dt className="text-xs text-muted">{t(name)}</dt>
            <dd className="text-lg font-semibold tabular-nums">{formatNumber(result[name])}</dd>
          </div>
        ))}
      </dl>
      {result.problems.length > 0 ? (
        <ul className="mt-3 max-h-40 space-y-1 overflow-y-auto rounded-md bg-bad-soft px-3 py-2 text-xs" tabIndex={0}>
          {result.problems.map(({ line, problem }) => (
            <li key={line} className="break-words text-bad">
              <span className="font-semibold">{t('line', { line })}</span> {problem}
            </li>
          ))}
          {result.bad > result.problems.length ? (
            <li className="text-bad">{t('more', { count: result.bad - result.problems.length })}</li>
          ) : null}
        </ul>
      ) : null}
    </div>
  );
}
