'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Caps } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { CapFields } from './cap-fields';
import type { DraftCap } from './cap-fields';
import { SettingsForm, SettingsSection, useSaveSettings } from '@/components/form/settings-form';

const key = ['delivery', 'caps'] as const;

/** How many messages a person may get, over all journeys. */
export function CapsSection() {
  const t = useTranslations('delivery.caps');
  const caps = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.caps, { signal }) });
  return (
    <SettingsSection saved={caps} words={{ title: t('title'), detail: t('detail'), failed: t('failed') }}>
      {(saved) => <CapsForm saved={saved} />}
    </SettingsSection>
  );
}

type Draft = Omit<Caps, 'limits'> & { limits: readonly DraftCap[] };

function CapsForm({ saved }: { saved: Caps }) {
  const t = useTranslations('delivery.caps');
  const [draft, setDraft] = useState<Draft | null>(null);
  const disabled = !useMay(api.saveCaps.access);
  const { limits, countTransactional } = draft ?? saved;
  const change = (some: Partial<Draft>) => setDraft({ limits, countTransactional, ...some });
  const save = useSaveSettings({
    key,
    call: (body: Draft) => call(api.saveCaps, { body: body as Caps }),
    said: t('saved'),
    onSaved: () => setDraft(null),
  });
  return (
    <SettingsForm
      words={{ save: t('save') }}
      access={api.saveCaps.access}
      save={save}
      changed={draft !== null}
      onSave={() => save.mutate({ limits, countTransactional })}
    >
      {limits.length === 0 ? <p className="text-muted">{t('none')}</p> : null}
      <CapFields
        limits={limits}
        onChange={(next) => change({ limits: next })}
        disabled={disabled}
        error={save.error}
        path="limits"
      />
      <Checkbox
        label={t('countTransactional')}
        help={t('countTransactionalHelp')}
        disabled={disabled}
        checked={countTransactional}
        onChange={(next) => change({ countTransactional: next })}
      />
    </SettingsForm>
  );
}
