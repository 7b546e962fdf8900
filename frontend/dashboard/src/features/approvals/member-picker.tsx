'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { call } from '@/lib/api-client';

type MemberPickerProps = {
  value: string | undefined;
  onChange: (id: string) => void;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** One of the workspace's members. Who was chosen and has left stays until another is chosen. */
export function MemberPicker({ value, onChange, ...control }: MemberPickerProps) {
  const t = useTranslations('approvals.memberPicker');
  const members = useQuery({ queryKey: ['members'], queryFn: ({ signal }) => call(api.members, { signal }) });
  const items = members.data?.items ?? [];
  const gone = value !== undefined && members.data !== undefined && !items.some(({ id }) => id === value);
  return (
    <Select
      {...control}
      value={value}
      onChange={onChange}
      options={[
        ...items.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
        ...(gone ? [{ value, label: t('gone') }] : []),
      ]}
    />
  );
}
