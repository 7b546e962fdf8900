'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { Select } from '@/components/ui/select';
import { useHttpConnections } from './use-http-connections';

const none = 'none';

type HttpConnectionPickerProps = {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** One of the workspace’s API connections, or none. One that was deleted stays until another is chosen. */
export function HttpConnectionPicker({ value, onChange, ...control }: HttpConnectionPickerProps) {
  const t = useTranslations('http-connections.picker');
  const found = useHttpConnections();
  const items = found.data?.items ?? [];
  const isUnknown = value !== undefined && !items.some(({ id }) => id === value);
  return (
    <>
      <Select
        {...control}
        value={value ?? none}
        onChange={(next) => onChange(next === none ? undefined : next)}
        options={[
          { value: none, label: t('none') },
          ...items.map(({ id, name, origins }) => ({ value: id, label: name, hint: origins.join(', ') })),
          ...(isUnknown ? [{ value, label: found.data ? t('gone') : '…' }] : []),
        ]}
      />
      {found.isError && !found.data ? <p className="mt-1 text-xs text-bad">{t('failed')}</p> : null}
      <Link href="/settings?tab=http-connections" target="_blank" className="mt-1 inline-block text-xs text-accent">
        {t('manage')}
      </Link>
    </>
  );
}
