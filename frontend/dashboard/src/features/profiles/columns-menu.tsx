'use client';

import { Columns3 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { SearchInput } from '@/components/ui/input';
import { Popover } from '@/components/ui/popover';
import { useKnownNames } from '@/features/rules/use-known-names';
import { builtIn, traitPrefix } from './columns';

type ColumnsMenuProps = { columns: readonly string[]; onChange: (columns: readonly string[]) => void };

/** Which columns the list has: those of every person, and traits. */
export function ColumnsMenu({ columns, onChange }: ColumnsMenuProps) {
  const t = useTranslations('profiles.columns');
  const { traits } = useKnownNames();
  const [search, setSearch] = useState('');
  const chosen = columns.flatMap((each) => (each.startsWith(traitPrefix) ? [each.slice(traitPrefix.length)] : []));
  const names = [...new Set([...chosen, ...traits])]
    .filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()))
    .slice(0, 100);
  const toggle = (column: string) => (on: boolean) =>
    onChange(on ? [...columns, column] : columns.filter((each) => each !== column));
  return (
    <Popover
      align="end"
      label={t('columns')}
      trigger={<Button icon={<Columns3 size={15} strokeWidth={1.75} />}>{t('columns')}</Button>}
    >
      <div className="space-y-2">
        {builtIn.map((column) => (
          <Checkbox key={column} label={t(column)} checked={columns.includes(column)} onChange={toggle(column)} />
        ))}
      </div>
      <SearchInput
        className="mt-3 mb-2"
        placeholder={t('searchTraits')}
        aria-label={t('searchTraits')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="max-h-60 space-y-2 overflow-y-auto p-px" role="group" aria-label={t('traits')}>
        {names.length === 0 ? <p className="text-muted">{t('noTraits')}</p> : null}
        {names.map((name) => (
          <Checkbox
            key={name}
            label={<span className="break-all">{name}</span>}
            checked={columns.includes(traitPrefix + name)}
            onChange={toggle(traitPrefix + name)}
          />
        ))}
      </div>
    </Popover>
  );
}
