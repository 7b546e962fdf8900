import type { Access, Role } from '@wend/contract';
import { rolesWith } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import type { Translator } from '@/i18n/translator';
import { ApiProblem } from './api-client';
import { pageLanguage } from './locale';

const ownCodes = ['unreachable', 'api-unreachable', 'unknown'] as const;

/** The roles that may do what was refused to this one; null for any other error. */
export function rolesThatMay(error: unknown): readonly Role[] | null {
  if (!(error instanceof ApiProblem) || error.code !== 'forbidden') return null;
  return error.access === undefined || error.access === 'public' ? null : rolesWith(error.access);
}

/** Where the answer of the api names its list of errors: a form says these beside its fields. */
const pointer = /; see "errors"\.$/;

type Texts = { errors: Translator<'common.errors'>; roles: Translator<'common.roles'> };

/** What to show for any error: what the server says, else what is known here. */
function errorWords({ errors: t, roles }: Texts, error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  const able = rolesThatMay(error);
  if (able) {
    return t('forbidden', { roles: listed(able, roles) });
  }
  const own = ownCodes.find((code) => code === error.code);
  return own && !error.problem.detail ? t(own, { status: error.status }) : error.message.replace(pointer, '.');
}

export function useErrorWords(): (error: unknown) => string {
  const errors = useTranslations('common.errors');
  const roles = useTranslations('common.roles');
  return useCallback((error: unknown) => errorWords({ errors, roles }, error), [errors, roles]);
}

/** The roles that may do something, as a list in words: “Owner and Admin”. */
export function useRoleWords(): (access: Access) => string {
  const roles = useTranslations('common.roles');
  return (access) => (access === 'public' ? '' : listed(rolesWith(access), roles));
}

function listed(able: readonly Role[], roles: Texts['roles']): string {
  return new Intl.ListFormat(pageLanguage(), { type: 'conjunction' }).format(able.map((role) => roles(role)));
}
