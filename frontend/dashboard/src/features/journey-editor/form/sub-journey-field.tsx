'use client';

import { useQuery } from '@tanstack/react-query';
import { api, calledVersionOf } from '@wend/contract/plain';
import type { Json } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { FieldRow } from '@/components/form/field-row';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { JourneyPicker } from '@/features/rules/parts/journey-picker';
import { call } from '@/lib/api-client';
import { useVersionList } from '../versions/use-versions';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { asSchema, metaOf, text, titleOf } from './schema';

/**
 * The journey whose steps run here, and which version of it. With a version come the ways out that its ends name, and
 * the names of the inputs that it asks for.
 */
export function SubJourneyField({ name, schema, value, path, siblings }: FieldProps) {
  const t = useTranslations('editor-form.subJourneyField');
  const { change } = useForm();
  const [problem, setProblem] = useState<string | null>(null);
  const chosen = asSchema(value);
  const id = text(chosen?.['id']) || undefined;
  const called = text(chosen?.['name']) ?? '';
  const version = typeof chosen?.['version'] === 'number' ? chosen['version'] : 1;

  const choose = async (next: { id: string; name: string; version?: number }) => {
    setProblem(null);
    try {
      const number = next.version ?? (await call(api.get, { params: { id: next.id } })).version;
      if (number === null) {
        change(path, { id: next.id, name: next.name, version: 1, results: [] });
        return setProblem(t('neverPublished'));
      }
      const { graph } = await call(api.version, { params: { id: next.id, number } });
      const { results, inputs } = calledVersionOf(graph);
      change(path, { id: next.id, name: next.name, version: number, results });
      const there = Array.isArray(siblings['inputs']) ? siblings['inputs'] : [];
      const named = new Set(there.map((each) => text(asSchema(each)?.['name'])));
      const missing = inputs.filter((input) => !named.has(input)).map((input): Json => ({ name: input, value: '' }));
      if (missing.length > 0) change([...path.slice(0, -1), 'inputs'], [...there, ...missing]);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : t('failed'));
    }
  };

  return (
    <>
      <FieldRow path={[...path, 'id']} label={titleOf({ schema, key: name })} help={metaOf(schema).description} inside>
        {(control) => (
          <JourneyPicker
            {...control}
            required
            value={id}
            name={called}
            onChange={(next) => next && void choose(next)}
          />
        )}
      </FieldRow>
      {problem ? (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      ) : null}
      {id === undefined ? null : (
        <Version
          path={path}
          id={id}
          version={version}
          onChange={(number) => void choose({ id, name: called, version: number })}
        />
      )}
    </>
  );
}

type VersionProps = {
  path: FieldProps['path'];
  id: string;
  version: number;
  onChange: (version: number) => void;
};

function Version({ path, id, version, onChange }: VersionProps) {
  const t = useTranslations('editor-form.subJourneyField');
  const journey = useQuery({
    queryKey: ['journeys', id, 'called'],
    queryFn: ({ signal }) => call(api.get, { params: { id }, signal }),
    staleTime: 10_000,
  });
  const list = useVersionList(id);
  const numbers = list.data?.pages.flatMap(({ items }) => items.map(({ number }) => number)) ?? [];
  const latest = journey.data?.version ?? null;
  const all = [...new Set([version, ...numbers])].sort((a, b) => b - a);
  return (
    <div className="space-y-1.5">
      <FieldRow path={[...path, 'version']} label={t('version')} help={t('pinned')}>
        {(control) => (
          <Select
            {...control}
            value={String(version)}
            onChange={(next) => onChange(Number(next))}
            options={all.map((number) => ({
              value: String(number),
              label: t(number === latest ? 'latest' : 'number', { version: number }),
            }))}
          />
        )}
      </FieldRow>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {latest !== null && latest > version ? (
          <Button variant="link" onClick={() => onChange(latest)}>
            {t('useLatest', { version: latest })}
          </Button>
        ) : null}
        <Link href={`/journeys/${id}`} target="_blank" className="text-xs text-accent">
          {t('open')}
        </Link>
      </div>
    </div>
  );
}
