'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Json, MergePreview, ProfileDetail, ProfileSummary } from '@wend/contract';
import { api, channelOf } from '@wend/contract/plain';
import { ArrowLeftRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useToast } from '@/components/ui/toast';
import { PersonPicker } from '@/features/segments/person-picker';
import { call } from '@/lib/api-client';

/** Joins another person with this one: whom, who stays, what comes of it, and then for good. */
export function MergeDialog({ profile, onClose }: { profile: ProfileDetail; onClose: () => void }) {
  const t = useTranslations('profiles.merge');
  const [other, setOther] = useState<ProfileSummary | null>(null);
  const [isTurned, setTurned] = useState(false);
  const [into, from] = isTurned ? [other, profile] : [profile, other];
  const router = useRouter();
  const toast = useToast();
  const queries = useQueryClient();
  const preview = useQuery({
    queryKey: ['merge-preview', into?.id, from?.id],
    queryFn: ({ signal }) => call(api.mergePreview, { params: { id: into!.id }, query: { from: from!.id }, signal }),
    enabled: other !== null && other.id !== profile.id,
    gcTime: 0,
  });
  const merge = useMutation({
    mutationFn: () => call(api.mergeProfiles, { params: { id: into!.id }, body: { from: from!.id } }),
    onSuccess: async (merged) => {
      onClose();
      toast.say(t('done', { name: merged.name }));
      await queries.invalidateQueries();
      router.push(`/profiles/${merged.id}`);
    },
  });
  const isSame = other?.id === profile.id;
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('detail')}
      onSubmit={() => preview.data && !isSame && merge.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="danger" busy={merge.isPending} disabled={!preview.data || isSame}>
            {t('merge')}
          </Button>
        </>
      }
    >
      <Field label={t('with')} error={isSame ? t('same') : undefined}>
        {() => <PersonPicker chosen={other} onChoose={setOther} placeholder={t('choose')} aria-label={t('with')} />}
      </Field>
      {other === null || isSame ? null : (
        <div className="mt-4 space-y-4">
          {preview.isPending ? <ListSkeleton rows={4} /> : null}
          {preview.error ? <FormError error={preview.error} /> : null}
          {preview.data ? <Preview preview={preview.data} onTurn={() => setTurned(!isTurned)} /> : null}
        </div>
      )}
      <FormError error={merge.error} className="mt-3" />
    </Dialog>
  );
}

function Preview({ preview, onTurn }: { preview: MergePreview; onTurn: () => void }) {
  const t = useTranslations('profiles.merge');
  const { into, from, moves, traits, unsubscribed, externalId } = preview;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-48 flex-1">
          {t.rich('stays', { into: into.name, from: from.name, b: (chunks) => <strong>{chunks}</strong> })}
        </p>
        <Button size="sm" icon={<ArrowLeftRight size={14} strokeWidth={1.75} />} onClick={onTurn}>
          {t('turn')}
        </Button>
      </div>
      <p className="text-muted">{t('moves', { ...moves })}</p>
      {externalId === null ? null : <p className="text-muted">{t('externalId', { id: externalId })}</p>}
      {unsubscribed.length > 0 ? (
        <p className="text-muted">
          {t('unsubscribed', { channels: unsubscribed.map((channel) => channelOf(channel).label).join(', ') })}
        </p>
      ) : null}
      {traits.length > 0 ? (
        <Table label={t('traits')}>
          <thead>
            <tr>
              <HeadCell>{t('trait')}</HeadCell>
              <HeadCell>{into.name}</HeadCell>
              <HeadCell>{from.name}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {traits.map(({ name, keeps, conflict, ...values }) => (
              <Row key={name}>
                <Cell className="max-w-40 truncate text-muted">{name}</Cell>
                <Value value={values.into} kept={keeps === 'into'} conflict={conflict} />
                <Value value={values.from} kept={keeps === 'from'} conflict={conflict} />
              </Row>
            ))}
          </tbody>
        </Table>
      ) : null}
    </>
  );
}

function Value({ value, kept, conflict }: { value: Json | undefined; kept: boolean; conflict: boolean }) {
  const t = useTranslations('profiles.merge');
  const text = value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <Cell className="max-w-56 align-top break-words">
      <span className={conflict && !kept ? 'text-muted line-through' : ''}>{text}</span>
      {conflict && kept ? <span className="block text-xs text-good">{t('kept')}</span> : null}
    </Cell>
  );
}
