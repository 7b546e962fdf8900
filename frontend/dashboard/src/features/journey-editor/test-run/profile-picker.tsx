'use client';

import { api } from '@wend/contract/plain';
import type { ProfileSummary } from '@wend/contract';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { SearchInput } from '@/components/ui/input';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useDebounced } from '@/lib/use-debounced';

type ProfilePickerProps = {
  value: ProfileSummary | null;
  onChange: (profile: ProfileSummary) => void;
};

/** Search for a person and choose one. */
export function ProfilePicker({ value, onChange }: ProfilePickerProps) {
  const t = useTranslations('editor-test-run.profilePicker');
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed.trim());
  const profiles = useQuery({
    queryKey: ['profiles', 'picker', search],
    queryFn: ({ signal }) => call(api.profiles, { signal, query: { limit: 20, ...(search ? { search } : {}) } }),
    placeholderData: (before) => before,
  });
  return (
    <div>
      <SearchInput
        aria-label={t('find')}
        placeholder={t('placeholder')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      <div className="mt-2 h-52 overflow-y-auto rounded-lg border border-line">
        {profiles.isPending ? (
          <ListSkeleton rows={4} />
        ) : profiles.isError ? (
          <ErrorState
            className="py-6"
            error={profiles.error}
            onRetry={() => void profiles.refetch()}
            title={t('couldNotLoad')}
          />
        ) : (
          <ul role="radiogroup" aria-label={t('people')}>
            {profiles.data.items.map((profile) => (
              <Choice key={profile.id} profile={profile} chosen={value?.id === profile.id} onChange={onChange} />
            ))}
            {profiles.data.items.length === 0 ? (
              <li className="p-4 text-center text-muted">{search ? t('nobodyMatches', { search }) : t('none')}</li>
            ) : null}
          </ul>
        )}
      </div>
    </div>
  );
}

type ChoiceProps = {
  profile: ProfileSummary;
  chosen: boolean;
  onChange: (profile: ProfileSummary) => void;
};

function Choice({ profile, chosen, onChange }: ChoiceProps) {
  const t = useTranslations('editor-test-run.profilePicker');
  return (
    <li className="border-b border-line last:border-0">
      <label
        className={cx(
          'flex cursor-pointer items-center gap-3 px-3 py-2 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent',
          chosen ? 'bg-accent-soft' : 'hover:bg-canvas',
        )}
      >
        <input
          type="radio"
          name="test-run-profile"
          className="sr-only"
          checked={chosen}
          onChange={() => onChange(profile)}
        />
        <Avatar name={profile.name} />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{profile.name}</span>
          <span className="block truncate text-xs text-muted">
            {[profile.email, profile.timeZone].filter(Boolean).join(' · ') || profile.externalId || t('noAddress')}
          </span>
        </span>
      </label>
    </li>
  );
}
