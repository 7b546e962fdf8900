'use client';

import type { Place, PlaceInput } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { readPlace } from '@/features/rules/operands/read-place';
import { useRemovePlace, useSavePlace } from './use-places';

const numbers = ['lat', 'lng', 'radius', 'dwellMinutes', 'quietHours'] as const;
type Draft = { externalId: string; name: string; tags: string } & Partial<Record<(typeof numbers)[number], number>>;
const blank: Draft = { externalId: '', name: '', tags: '', radius: 200, dwellMinutes: 0, quietHours: 0 };

/** A place to add, or one that is there. */
export function PlaceDialog({ place, onClose }: { place: Place | null; onClose: () => void }) {
  const t = useTranslations('places.dialog');
  const toast = useToast();
  const save = useSavePlace();
  const remove = useRemovePlace();
  const [draft, setDraft] = useState<Draft>(place ? { ...place, tags: place.tags.join(', ') } : blank);
  const [removing, setRemoving] = useState(false);
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const input = inputOf(draft);
  const done = (said: string) => {
    toast.say(said);
    onClose();
  };
  const submit = () => {
    if (removing && place) remove.mutate(place.id, { onSuccess: () => done(t('removed')) });
    else if (input) save.mutate(input, { onSuccess: () => done(t('saved')) });
  };
  if (removing)
    return (
      <Dialog
        open
        onOpenChange={() => setRemoving(false)}
        title={t('removeTitle', { name: place?.name ?? '' })}
        onSubmit={submit}
        footer={
          <>
            <Button onClick={() => setRemoving(false)}>{t('cancel')}</Button>
            <Button type="submit" variant="danger" busy={remove.isPending}>
              {t('remove')}
            </Button>
          </>
        }
      >
        <p>{t('removeWarning')}</p>
        <FormError error={remove.error} />
      </Dialog>
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={place ? t('editTitle') : t('addTitle')}
      description={t('hint')}
      onSubmit={submit}
      footer={
        <>
          {place ? (
            <Button className="mr-auto" onClick={() => setRemoving(true)}>
              {t('remove')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={input === null}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('name')} error={fieldError(save.error, 'places.0.name')}>
          {(control) => (
            <Input {...control} maxLength={200} value={draft.name} onChange={(e) => change({ name: e.target.value })} />
          )}
        </Field>
        <Field label={t('externalId')} help={place ? t('externalIdFixed') : t('externalIdHelp')}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              readOnly={place !== null}
              value={draft.externalId}
              onChange={(e) => change({ externalId: e.target.value })}
            />
          )}
        </Field>
        <div
          className="grid grid-cols-3 gap-3 max-sm:grid-cols-1"
          onPaste={(event) => {
            const point = readPlace(event.clipboardData.getData('text'));
            if (!point) return;
            event.preventDefault();
            change({ lat: point.latitude, lng: point.longitude });
          }}
        >
          {numbers.map((name) => (
            <Field key={name} label={t(name)} error={fieldError(save.error, `places.0.${name}`)}>
              {(control) => (
                <NumberInput {...control} value={draft[name]} onChange={(value) => change({ [name]: value })} />
              )}
            </Field>
          ))}
        </div>
        <Field label={t('tags')} help={t('tagsHelp')}>
          {(control) => (
            <Input
              {...control}
              maxLength={1_300}
              value={draft.tags}
              onChange={(e) => change({ tags: e.target.value })}
            />
          )}
        </Field>
        <FormError error={save.error} />
      </div>
    </Dialog>
  );
}

/** Null while something is missing. */
function inputOf({ externalId, name, tags, lat, lng, radius, dwellMinutes, quietHours }: Draft): PlaceInput | null {
  if (externalId.trim() === '' || name.trim() === '') return null;
  if (lat === undefined || lng === undefined || radius === undefined) return null;
  return {
    externalId: externalId.trim(),
    name: name.trim(),
    lat,
    lng,
    radius,
    tags: tags
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    dwellMinutes: dwellMinutes ?? 0,
    quietHours: quietHours ?? 0,
  };
}
