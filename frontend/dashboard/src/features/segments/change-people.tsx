'use client';

import type { ChangedPeople, ProfileSummary, SegmentDetail } from '@wend/contract';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { ChooseFile } from '@/components/form/choose-file';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Textarea } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { useToast } from '@/components/ui/toast';
import { PersonPicker } from './person-picker';
import { chunksOf, idsOfFile, readIds } from './read-ids';
import { useChangeMembers } from './use-segments';

type Way = 'search' | 'paste';
/** Longer lists of ids are for an import, which goes on without the page. */
const maxFileBytes = 5_000_000;

type ChangePeopleProps = { segment: SegmentDetail; action: 'add' | 'remove'; onClose: () => void };

/** Puts people into a manual segment or takes them out: found one by one, or by a list of external ids. */
export function ChangePeopleDialog({ segment, action, onClose }: ChangePeopleProps) {
  const t = useTranslations('segments.changePeople');
  const toast = useToast();
  const change = useChangeMembers(segment.id);
  const [way, setWay] = useState<Way>('search');
  const [people, setPeople] = useState<readonly ProfileSummary[]>([]);
  const [text, setText] = useState('');
  const [tell, setTell] = useState(true);
  /** Ids that nobody has stay in the field, so that they can be put right: what came of the others, and how many. */
  const [missing, setMissing] = useState<{ changed: number; unknown: number } | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const ids = readIds(text);
  const count = way === 'search' ? people.length : ids.length;
  const send = async () => {
    const chunks =
      way === 'search'
        ? chunksOf(people).map((part) => ({ profileIds: part.map(({ id }) => id), tell }))
        : chunksOf(ids).map((externalIds) => ({ externalIds, tell }));
    const answers: ChangedPeople[] = [];
    for (const part of chunks) {
      setDone(answers.length);
      answers.push(await change.mutateAsync({ people: part, way: action }));
    }
    return answers;
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > maxFileBytes) return toast.fail(t('fileFailed'), new Error(t('fileTooLarge')));
    try {
      setText(idsOfFile(await file.text()).join('\n'));
      setMissing(null);
    } catch (error) {
      toast.fail(t('fileFailed'), error);
    }
  };
  const submit = async () => {
    if (count === 0) return;
    try {
      const answers = await send();
      const changed = answers.reduce((sum, each) => sum + each.changed, 0);
      const unknown = answers.flatMap((each) => each.unknown);
      if (unknown.length === 0) {
        toast.say(t(`done.${action}`, { count: changed }));
        return onClose();
      }
      // Not by a toast, which would take the first Escape.
      setMissing({ changed, unknown: unknown.length });
      setText(unknown.join('\n'));
    } catch {
      // `change.error` is shown; whoever was added or taken out already is not so twice.
    } finally {
      setDone(null);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t(`title.${action}`, { name: segment.name })}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{missing ? t('close') : t('cancel')}</Button>
          <Button
            type="submit"
            variant={action === 'add' ? 'primary' : 'danger'}
            busy={done !== null}
            disabled={count === 0 || missing !== null}
          >
            {t(`action.${action}`, { count })}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Segmented<Way>
          label={t('way')}
          value={way}
          onChange={setWay}
          options={[
            { value: 'search', label: t('bySearch') },
            { value: 'paste', label: t('byIds') },
          ]}
        />
        {way === 'search' ? (
          <div>
            <PersonPicker
              aria-label={t('person')}
              chosen={null}
              placeholder={t('choose')}
              onChoose={(next) =>
                setPeople((before) => (before.some(({ id }) => id === next.id) ? before : [...before, next]))
              }
            />
            <ul className="mt-2 max-h-52 divide-y divide-line overflow-y-auto">
              {people.map((each) => (
                <li key={each.id} className="flex items-center gap-2 py-1.5">
                  <span className="min-w-0 flex-1 truncate">
                    {each.name} <span className="text-xs text-muted">{each.email ?? each.externalId}</span>
                  </span>
                  <IconButton
                    size="sm"
                    label={t('leaveOut', { name: each.name })}
                    onClick={() => setPeople((before) => before.filter(({ id }) => id !== each.id))}
                  >
                    <X size={14} />
                  </IconButton>
                </li>
              ))}
            </ul>
          </div>
        ) : (
          <Field
            label={t('ids')}
            action={<ChooseFile variant="link" label={t('fromFile')} onChoose={(file) => void read(file)} />}
            help={
              action === 'add'
                ? t.rich('idsHelpAdd', {
                    link: (chunks) => (
                      <Link
                        href={`/profiles/imports?segment=${segment.id}`}
                        className="font-medium text-accent hover:underline"
                      >
                        {chunks}
                      </Link>
                    ),
                  })
                : t('idsHelp')
            }
            error={
              missing
                ? `${t(`done.${action}`, { count: missing.changed })}. ${t('unknown', { count: missing.unknown })}`
                : undefined
            }
          >
            {(control) => (
              <Textarea
                {...control}
                rows={7}
                spellCheck={false}
                className="font-mono text-xs"
                placeholder={t('idsPlaceholder')}
                value={text}
                onChange={(event) => {
                  setText(event.target.value);
                  setMissing(null);
                }}
              />
            )}
          </Field>
        )}
        <Checkbox label={t('tell')} help={t('tellHelp')} checked={tell} onChange={setTell} />
        <FormError error={change.error} />
      </div>
    </Dialog>
  );
}
