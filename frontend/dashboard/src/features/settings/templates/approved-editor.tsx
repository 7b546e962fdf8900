'use client';

import { approvedVariables } from '@wend/contract/plain';
import type { ApprovedTemplate, ChannelTemplate } from '@wend/contract';
import { ArrowLeft, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useToast } from '@/components/ui/toast';
import { useChannelStates } from '@/features/messages/channels';
import { ApiProblem } from '@/lib/api-client';
import { approvedDefinition, problemsAt } from './template-model';
import type { ApprovedDraft as Draft } from './template-model';
import { TemplateTrial } from './template-trial';
import { useSaveTemplate } from './use-templates';

type ApprovedEditorProps = {
  before: (ChannelTemplate & { definition: ApprovedTemplate }) | null;
  channel: string;
  channels: readonly string[];
  onClose: () => void;
};

const blank: Draft = { code: '', language: '', state: 'approved', text: '', buttons: [] };

/** A text as a network has approved it. Its variables become the fields of the steps that use it. */
export function ApprovedEditor({ before, channel: given, channels, onClose }: ApprovedEditorProps) {
  const t = useTranslations('settings.approvedEditor');
  const toast = useToast();
  const [channel, setChannel] = useState(given);
  const [name, setName] = useState(before?.name ?? '');
  const [draft, setDraft] = useState<Draft>(before?.definition ?? blank);
  const save = useSaveTemplate();
  const labels = useChannelStates().data?.items ?? [];
  const errors = save.error instanceof ApiProblem ? save.error.errors : [];
  const change = (next: Partial<Draft>) => setDraft({ ...draft, ...next });
  const variables = approvedVariables(draft);
  const definition = approvedDefinition(draft, before?.definition.fields);
  const connectionId = before?.connectionId ?? null;
  const submit = () =>
    save.mutate(
      { channel, before, draft: { name, connectionId, definition } },
      {
        onSuccess: () => {
          toast.say(t('saved'));
          onClose();
        },
      },
    );
  return (
    <Section
      title={before ? before.name : t('new')}
      description={t('detail')}
      action={
        <Button icon={<ArrowLeft size={16} strokeWidth={1.75} />} onClick={onClose}>
          {t('back')}
        </Button>
      }
    >
      <form
        noValidate
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('name')} error={problemsAt(errors, ['name'])}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={120}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={t('channel')}>
            {(control) => (
              <Select
                {...control}
                disabled={before !== null}
                value={channel}
                onChange={setChannel}
                options={channels.map((value) => ({
                  value,
                  label: labels.find((state) => state.channel === value)?.definition.label ?? value,
                }))}
              />
            )}
          </Field>
          <Field label={t('code')} help={t('codeHelp')} error={problemsAt(errors, ['definition', 'code'])}>
            {(control) => (
              <Input {...control} value={draft.code} onChange={(event) => change({ code: event.target.value })} />
            )}
          </Field>
          <Field label={t('language')} help={t('languageHelp')}>
            {(control) => (
              <Input
                {...control}
                value={draft.language ?? ''}
                onChange={(event) => change({ language: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('state')}>
            {(control) => (
              <Select
                {...control}
                value={draft.state}
                onChange={(state) => change({ state })}
                options={(['approved', 'pending', 'rejected'] as const).map((value) => ({
                  value,
                  label: t(`states.${value}`),
                }))}
              />
            )}
          </Field>
        </div>
        <Field
          label={t('text')}
          help={variables.length > 0 ? t('variables', { names: variables.join(', ') }) : t('textHelp')}
          error={problemsAt(errors, ['definition', 'text'])}
        >
          {(control) => (
            <Textarea
              {...control}
              rows={8}
              value={draft.text}
              onChange={(event) => change({ text: event.target.value })}
            />
          )}
        </Field>
        <Buttons value={draft.buttons} onChange={(buttons) => change({ buttons })} />
        <FormError error={save.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <TemplateTrial
            channel={channel}
            fields={definition.fields}
            looksUp={false}
            written={() => ({ connectionId, definition })}
          />
          <Button
            type="submit"
            variant="primary"
            busy={save.isPending}
            disabled={name.trim() === '' || draft.code.trim() === '' || draft.text === ''}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Section>
  );
}

type ButtonsProps = { value: Draft['buttons']; onChange: (next: Draft['buttons']) => void };

function Buttons({ value, onChange }: ButtonsProps) {
  const t = useTranslations('settings.approvedEditor');
  const put = (index: number, next: Partial<Draft['buttons'][number]>) =>
    onChange(value.map((button, each) => (each === index ? { ...button, ...next } : button)));
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 font-medium">{t('buttons')}</legend>
      {value.map((button, index) => (
        <div key={index} className="grid gap-2 sm:grid-cols-[9rem_10rem_minmax(0,1fr)_auto]">
          <Select
            aria-label={t('buttonKind')}
            value={button.kind}
            onChange={(kind) => put(index, { kind })}
            options={(['web', 'app', 'keyword', 'phone'] as const).map((kind) => ({
              value: kind,
              label: t(`kinds.${kind}`),
            }))}
          />
          <Input
            aria-label={t('buttonLabel')}
            placeholder={t('buttonLabel')}
            value={button.label}
            onChange={(event) => put(index, { label: event.target.value })}
          />
          <Input
            aria-label={t('buttonAddress')}
            placeholder={t('buttonAddress')}
            value={button.url ?? ''}
            onChange={(event) => put(index, { url: event.target.value })}
          />
          <IconButton label={t('removeButton')} onClick={() => onChange(value.filter((_, each) => each !== index))}>
            <Trash2 size={16} strokeWidth={1.75} />
          </IconButton>
        </div>
      ))}
      <Button
        icon={<Plus size={16} strokeWidth={1.75} />}
        onClick={() => onChange([...value, { kind: 'web', label: '', url: '' }])}
      >
        {t('addButton')}
      </Button>
    </fieldset>
  );
}
