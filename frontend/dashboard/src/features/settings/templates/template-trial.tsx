'use client';

import type { TemplateDefinition, TemplateField } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { useTryTemplate } from './use-templates';

type TemplateTrialProps = {
  channel: string;
  fields: readonly TemplateField[];
  looksUp: boolean;
  /** As it is written now; null where it cannot be read. */
  written: () => { connectionId: string | null; definition: TemplateDefinition } | null;
};

/** Sends one message by the template as it is written now. */
export function TemplateTrial({ channel, fields: editable, looksUp, written }: TemplateTrialProps) {
  const t = useTranslations('settings.templateTrial');
  const [open, setOpen] = useState(false);
  const [to, setTo] = useState('');
  const [fields, setFields] = useState<Record<string, string>>({});
  const trial = useTryTemplate();
  const start = () => {
    const template = written();
    if (!template) return setOpen(false);
    trial.mutate({
      channel,
      ...template,
      fields,
      ...(looksUp ? { externalId: to } : { to }),
    });
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('try')}</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('title')}
        description={t('detail')}
        onSubmit={start}
        footer={
          <Button type="submit" variant="primary" busy={trial.isPending}>
            {t('send')}
          </Button>
        }
      >
        <div className="space-y-4">
          <Field label={looksUp ? t('externalId') : t('to')} help={looksUp ? t('externalIdHelp') : undefined}>
            {(control) => <Input {...control} value={to} onChange={(event) => setTo(event.target.value)} />}
          </Field>
          {editable.map((field) => (
            <Field key={field.name} label={field.label}>
              {(control) => (
                <Textarea
                  {...control}
                  rows={field.kind === 'long' ? 3 : 1}
                  value={fields[field.name] ?? ''}
                  onChange={(event) => setFields({ ...fields, [field.name]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <FormError error={trial.error} />
          {trial.data ? (
            <div role="status" className={trial.data.ok ? 'text-good' : 'text-bad'}>
              <p className="font-medium">{trial.data.ok ? t('taken') : t('refused')}</p>
              <p className="break-words">{trial.data.message}</p>
            </div>
          ) : null}
          {trial.data?.answer ? <CodeBlock code={trial.data.answer} label={t('answer')} /> : null}
        </div>
      </Dialog>
    </>
  );
}
