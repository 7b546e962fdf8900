'use client';

import type { EventExit, ExitCriterion, Json, Rule } from '@wend/contract';
import { exitKindOf, exitKinds, newId, personChannels } from '@wend/contract/plain';
import type { ExitKind } from '@wend/contract/plain';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { FieldRow } from '@/components/form/field-row';
import type { Path } from '@/components/form/field-path';
import { TopicPicker } from '@/features/consents/topic-picker';
import { useChannels } from '@/features/messages/channels';
import { EventInput } from '@/features/rules/event-input';
import { SegmentPicker } from '@/features/segments/segment-picker';
import { JourneyRule } from '../form/rule-field';
import type { SettingsProps } from './journey-panel';

const exitsPath = ['settings', 'exitCriteria'] as const;
/** So many can be published. */
const most = 20;

/** What ends a run at once, wherever it is. */
export function ExitFields({ settings: { exitCriteria }, change }: SettingsProps) {
  const t = useTranslations('editor-panel.exitFields');
  const set = (next: readonly ExitCriterion[]) => change(exitsPath, next as unknown as Json);
  const replace = (index: number, next: ExitCriterion) => change([...exitsPath, index], next as unknown as Json);
  return (
    <FieldRow path={exitsPath} label={t('exit')} help={t('exitHelp')} as="group">
      {() => (
        <div className="space-y-2">
          {exitCriteria.map((criterion, index) => (
            <div key={criterion.id} className="space-y-2 rounded-lg border border-line bg-raised p-3">
              <div className="flex items-start gap-1.5">
                <div className="min-w-0 flex-1">
                  <Select
                    aria-label={t('kind')}
                    value={exitKindOf(criterion)}
                    onChange={(kind) => replace(index, blank(kind, criterion.id))}
                    options={exitKinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
                  />
                </div>
                <IconButton
                  label={t('remove', { number: index + 1 })}
                  onClick={() => set(exitCriteria.filter((_, at) => at !== index))}
                >
                  <Trash2 size={15} strokeWidth={1.75} />
                </IconButton>
              </div>
              <CriterionFields
                criterion={criterion}
                path={[...exitsPath, index]}
                change={change}
                onChange={(next) => replace(index, next)}
              />
            </div>
          ))}
          {exitCriteria.length < most && (
            <Button
              variant="link"
              icon={<Plus size={14} strokeWidth={2} />}
              onClick={() => set([...exitCriteria, blank('event', newId())])}
            >
              {exitCriteria.length === 0 ? t('addFirst') : t('add')}
            </Button>
          )}
        </div>
      )}
    </FieldRow>
  );
}

function blank(kind: ExitKind, id: string): ExitCriterion {
  if (kind === 'segment') return { id, kind, on: 'entered', segment: '' };
  return kind === 'consent' ? { id, kind, channel: personChannels()[0] ?? '' } : { id, event: '' };
}

type CriterionProps<Of extends ExitCriterion = ExitCriterion> = {
  criterion: Of;
  path: Path;
  change: SettingsProps['change'];
  onChange: (next: ExitCriterion) => void;
};

function CriterionFields({ criterion, ...props }: CriterionProps) {
  if (criterion.kind === 'segment') return <SegmentFields criterion={criterion} {...props} />;
  if (criterion.kind === 'consent') return <ConsentFields criterion={criterion} {...props} />;
  return <EventFields criterion={criterion} {...props} />;
}

function EventFields({ criterion, path, change }: CriterionProps<EventExit>) {
  const t = useTranslations('editor-panel.exitFields');
  return (
    <>
      <FieldRow path={[...path, 'event']}>
        {(control) => (
          <EventInput
            {...control}
            aria-label={t('event')}
            value={criterion.event}
            onChange={(event) => change([...path, 'event'], event)}
          />
        )}
      </FieldRow>
      <JourneyRule
        value={criterion.where}
        path={[...path, 'where']}
        scope="event"
        event={criterion.event}
        optional
        onChange={(where: Rule | undefined) => change([...path, 'where'], where as Json | undefined)}
      />
    </>
  );
}

function SegmentFields({ criterion, path, onChange }: CriterionProps<Extract<ExitCriterion, { kind: 'segment' }>>) {
  const t = useTranslations('editor-panel.exitFields');
  return (
    <>
      <Select
        aria-label={t('move')}
        value={criterion.on}
        onChange={(on) => onChange({ ...criterion, on })}
        options={(['entered', 'left'] as const).map((value) => ({ value, label: t(`moves.${value}`) }))}
      />
      <FieldRow path={[...path, 'segment']} help={t(`moveHelp.${criterion.on}`)}>
        {(control) => (
          <SegmentPicker
            {...control}
            aria-label={t('segment')}
            value={criterion.segment || undefined}
            onChange={(segment) => onChange({ ...criterion, segment })}
          />
        )}
      </FieldRow>
    </>
  );
}

function ConsentFields({ criterion, path, onChange }: CriterionProps<Extract<ExitCriterion, { kind: 'consent' }>>) {
  const t = useTranslations('editor-panel.exitFields');
  const channels = useChannels().filter(({ address }) => address);
  const { topic: _old, ...channelAlone } = criterion;
  return (
    <>
      <FieldRow path={[...path, 'channel']}>
        {(control) => (
          <Select
            {...control}
            aria-label={t('channel')}
            value={criterion.channel}
            onChange={(channel) => onChange({ ...criterion, channel })}
            options={channels.map(({ name, words: label }) => ({ value: name, label }))}
          />
        )}
      </FieldRow>
      <FieldRow path={[...path, 'topic']} help={criterion.topic ? t('topicHelp') : t('channelHelp')}>
        {(control) => (
          <TopicPicker
            {...control}
            aria-label={t('topic')}
            without="all"
            channel={criterion.channel}
            value={criterion.topic}
            onChange={(topic) => onChange({ ...channelAlone, ...(topic && { topic }) })}
          />
        )}
      </FieldRow>
    </>
  );
}
