'use client';

import { channelOf, entriesOf } from '@wend/contract/plain';
import type { Channel, JsonObject, ProfileSummary } from '@wend/contract';
import { Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, fieldError, FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { MessageProblems } from '@/features/messages/message-problems';
import { TestAnswer, useSendTest } from '@/features/messages/test-answer';
import { ApiProblem } from '@/lib/api-client';
import { useSession } from '@/lib/session';
import { useEditorStore } from '../store/editor-context';
import type { EditorState } from '../store/editor-store';
import { prefillOf } from '../test-run/prefill';
import { ProfilePicker } from '../test-run/profile-picker';

export type StepToTest = { channel: Channel; config: JsonObject };
type Who = 'sample' | 'existing';
type SendTestDialogProps = StepToTest & { onClose: () => void };

/** Whose data fills the message, and where it goes. It goes out for real. */
export function SendTestDialog({ channel, config, onClose }: SendTestDialogProps) {
  const t = useTranslations('editor-test-send.sendTestDialog');
  const { address, label } = channelOf(channel);
  const { member } = useSession();
  const store = useEditorStore();
  const byDevice = address?.devices !== undefined;
  const [who, setWho] = useState<Who>(byDevice ? 'existing' : 'sample');
  const [profile, setProfile] = useState<ProfileSummary | null>(null);
  const [to, setTo] = useState(address?.ofMembers ? member.email : '');
  const send = useSendTest();
  const asksAddress = address !== null && !byDevice;
  const ready = (who === 'sample' || profile !== null) && (!asksAddress || to.trim() !== '');
  const start = () => {
    if (!ready || send.isPending) return;
    send.mutate({
      channel,
      config,
      entry: entryOf(store.getState()),
      ...(who === 'existing' && profile && { profileId: profile.id }),
      ...(asksAddress && { to: to.trim() }),
    });
  };
  // The whole sentence stands at the field that it is about.
  const aboutAddress = fieldError(send.error, 'to') === undefined ? undefined : send.error?.message;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('title', { label })}
      description={t(asksAddress ? 'toAddress' : byDevice ? 'toDevices' : 'toServer')}
      onSubmit={start}
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          <Button
            type="submit"
            variant="primary"
            busy={send.isPending}
            disabled={!ready}
            icon={<Send size={15} strokeWidth={1.75} aria-hidden />}
          >
            {t('send')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {asksAddress ? (
          <Field label={t('to')} error={aboutAddress}>
            {(control) => (
              <Input
                {...control}
                value={to}
                autoComplete="off"
                placeholder={t('placeholder', { noun: address.noun })}
                onChange={(event) => setTo(event.target.value)}
              />
            )}
          </Field>
        ) : null}
        <div>
          <p className="mb-1 font-medium">{byDevice ? t('person') : t('filledWith')}</p>
          {byDevice ? null : (
            <Segmented<Who>
              label={t('filledWith')}
              className="w-full [&>*]:flex-1"
              value={who}
              onChange={setWho}
              options={[
                { value: 'sample', label: t('sample') },
                { value: 'existing', label: t('existing') },
              ]}
            />
          )}
          {who === 'existing' ? (
            <div className={byDevice ? undefined : 'mt-3'}>
              <ProfilePicker value={profile} onChange={setProfile} />
            </div>
          ) : null}
        </div>
        <TestAnswer answer={send.isPending ? undefined : send.data} />
        {aboutAddress === undefined ? <Problem error={send.error} /> : null}
      </div>
    </Dialog>
  );
}

/** Why the message could not be made, field by field. */
function Problem({ error }: { error: unknown }) {
  const errors = error instanceof ApiProblem ? error.errors : [];
  if (errors.length === 0) return <FormError error={error} />;
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      <MessageProblems problems={errors} />
    </div>
  );
}

/** What comes with the event of the first entry, as a test run would begin with it. */
function entryOf({
  graph,
  manifests,
  manifestMap,
}: Pick<EditorState, 'graph' | 'manifests' | 'manifestMap'>): JsonObject {
  const entry = entriesOf({ graph, manifests: manifestMap })[0]?.node;
  return prefillOf({ graph, manifests, entry }).properties;
}
