'use client';

import { useQuery } from '@tanstack/react-query';
import { api, nodeKey } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { call } from '@/lib/api-client';

type StepSelectProps = {
  journey: string;
  /** Undefined: any step. */
  value: string | undefined;
  onChange: (step: { id: string; name: string } | undefined) => void;
};

const any = 'any';

/** A message step of a journey, or any. */
export function StepSelect({ journey, value, onChange }: StepSelectProps) {
  const t = useTranslations('editor-rules.stepSelect');
  const { data } = useQuery({
    queryKey: ['journey-steps', journey],
    queryFn: async ({ signal }) => {
      const [{ draft }, { items }] = await Promise.all([
        call(api.get, { params: { id: journey }, signal }),
        call(api.nodeTypes, { signal }),
      ]);
      const sending = new Set(items.filter(({ category }) => category === 'message').map(nodeKey));
      return Object.values(draft.nodes)
        .filter((node) => sending.has(nodeKey(node)))
        .map(({ id, name }) => ({ id, name }));
    },
    staleTime: 30_000,
  });
  const steps = data ?? [];
  const gone = value !== undefined && !steps.some(({ id }) => id === value);
  return (
    <Select
      aria-label={t('step')}
      className="w-auto! max-w-56 shrink-0"
      value={value ?? any}
      onChange={(next) => onChange(steps.find(({ id }) => id === next))}
      options={[
        { value: any, label: t('any') },
        ...steps.map(({ id, name }) => ({ value: id, label: name })),
        ...(gone ? [{ value, label: data ? t('gone') : t('loading') }] : []),
      ]}
    />
  );
}
