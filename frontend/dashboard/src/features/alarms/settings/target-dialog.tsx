'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { AlarmTargetKind } from '@wend/contract/plain';
import type { AlarmTarget, SaveAlarmTarget } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useRemoveTarget, useSaveTarget } from '../use-alarms';

type Draft = { name: string; enabled: boolean; memberIds: string[]; url: string; secret: string };

/** Somebody to be told, or one that is there. */
export function TargetDialog({
  kind,
  target,
  onClose,
}: {
  kind: AlarmTargetKind;
  target: AlarmTarget | null;
  onClose: () => void;
}) {
  const t = useTranslations('alarms.targetDialog');
  const kinds = useTranslations('alarms.targets.kinds');
  const toast = useToast();
  const save = useSaveTarget(target?.id ?? null);
  const remove = useRemoveTarget();
  const [made, setMade] = useState<string | null>(null);
  const [draft, setDraft] = useState<Draft>({
    name: target?.name ?? '',
    enabled: target?.enabled ?? true,
    memberIds: target?.memberIds ?? [],
    url: '',
    secret: '',
  });
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const submit = () =>
    save.mutate(bodyOf(kind, draft), {
      onSuccess: ({ secret }) => {
        toast.say(t('saved'));
        if (secret === null) onClose();
        else setMade(secret);
      },
    });
  if (made !== null)
    return (
      <Dialog
        open
        onOpenChange={(open) => (open ? undefined : onClose())}
        title={t('secretTitle')}
        description={t('secretDetail')}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t('done')}
          </Button>
        }
      >
        <CodeBlock code={made} />
      </Dialog>
    );
  const ready =
    draft.name.trim() !== '' &&
    (kind === 'members' ? draft.memberIds.length > 0 : target !== null || draft.url.trim() !== '');
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={target === null ? t('addTitle', { kind: kinds(kind) }) : t('editTitle', { name: target.name })}
      description={t(`hints.${kind}`)}
      onSubmit={submit}
      footer={
        <>
          {target === null ? null : (
            <Button
              variant="danger"
              className="mr-auto"
              busy={remove.isPending}
              onClick={() =>
                remove.mutate(target.id, {
                  onSuccess: () => {
                    toast.say(t('removed'));
                    onClose();
                  },
                  onError: (error) => toast.fail(t('removeFailed'), error),
                })
              }
            >
              {t('remove')}
            </Button>
          )}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!ready}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('name')} error={fieldError(save.error, 'name')}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              placeholder={t(`names.${kind}`)}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        {kind === 'members' ? (
          <Members chosen={draft.memberIds} onChange={(memberIds) => change({ memberIds })} />
        ) : (
          <Field
            label={t('url')}
            error={fieldError(save.error, 'url')}
            {...(target !== null && { help: t('urlKept', { host: target.host ?? '' }) })}
          >
            {(control) => (
              <Input
                {...control}
                type="url"
                autoComplete="off"
                placeholder={t(`urls.${kind}`)}
                value={draft.url}
                onChange={(event) => change({ url: event.target.value })}
              />
            )}
          </Field>
        )}
        {kind === 'webhook' ? (
          <Field
            label={t('secret')}
            help={target === null ? t('secretHelp') : t('secretKept')}
            error={fieldError(save.error, 'secret')}
          >
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                placeholder={t('secretSample')}
                value={draft.secret}
                onChange={(event) => change({ secret: event.target.value })}
              />
            )}
          </Field>
        ) : null}
        <Checkbox checked={draft.enabled} onChange={(enabled) => change({ enabled })} label={t('enabled')} />
        <FormError error={save.error} />
      </div>
    </Dialog>
  );
}

function Members({ chosen, onChange }: { chosen: readonly string[]; onChange: (ids: string[]) => void }) {
  const t = useTranslations('alarms.targetDialog');
  const members = useQuery({ queryKey: ['members'], queryFn: ({ signal }) => call(api.members, { signal }) });
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{t('members')}</legend>
      <FormError error={members.error} />
      <div className="max-h-60 space-y-2 overflow-y-auto">
        {members.data?.items.map(({ id, name, email }) => (
          <Checkbox
            key={id}
            checked={chosen.includes(id)}
            onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((each) => each !== id))}
            label={name}
            help={email}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** What is left empty stays as it is. */
function bodyOf(kind: AlarmTargetKind, { name, enabled, memberIds, url, secret }: Draft): SaveAlarmTarget {
  const common = { name: name.trim(), enabled };
  const address = url.trim() === '' ? {} : { url: url.trim() };
  if (kind === 'members') return { kind, ...common, memberIds };
  if (kind === 'slack') return { kind, ...common, ...address };
  return { kind, ...common, ...address, ...(secret.trim() !== '' && { secret: secret.trim() }) };
}
