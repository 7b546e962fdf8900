'use client';

import type { ExitCriterion, Goal, Json, Rule } from '@wend/contract';
import { exitEventOf, newId, sameJson } from '@wend/contract/plain';
import { LogOut, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { FieldRow } from '@/components/form/field-row';
import { EventInput } from '@/features/rules/event-input';
import { DurationInput } from '../form/duration-input';
import { PropertyInput } from '../form/property-input';
import { JourneyRule } from '../form/rule-field';
import { asSchema, text } from '../form/schema';
import type { SettingsProps } from './journey-panel';
import { secondsOf, spanFrom } from './span';

const goalsPath = ['settings', 'goals'] as const;
/** So many can be published. */
const most = 5;
/** What a new goal begins with: a week. */
const usualWindow = 604_800;
const units = ['minutes', 'hours', 'days', 'weeks'] as const;

/** What the journey is for: events that count when they come in time, also after the run. */
export function GoalFields({ settings: { goals = [], exitCriteria }, change }: SettingsProps) {
  const t = useTranslations('editor-panel.goalFields');
  const set = (next: readonly Goal[]) => change(goalsPath, next.length === 0 ? undefined : (next as unknown as Json));
  return (
    <FieldRow path={goalsPath} label={t('goals')} help={t('goalsHelp')} as="group">
      {() => (
        <div className="space-y-2">
          {goals.map((goal, index) => (
            <GoalCard
              key={goal.id}
              goal={goal}
              index={index}
              exits={exitCriteria}
              change={change}
              onRemove={() => set(goals.filter((_, at) => at !== index))}
            />
          ))}
          {goals.length < most && (
            <Button
              variant="link"
              icon={<Plus size={14} strokeWidth={2} />}
              onClick={() => set([...goals, { id: newId(), name: '', event: '', withinSeconds: usualWindow }])}
            >
              {goals.length === 0 ? t('addFirst') : t('add')}
            </Button>
          )}
        </div>
      )}
    </FieldRow>
  );
}

type GoalCardProps = {
  goal: Goal;
  index: number;
  exits: readonly ExitCriterion[];
  change: SettingsProps['change'];
  onRemove: () => void;
};

function GoalCard({ goal, index, exits, change, onRemove }: GoalCardProps) {
  const t = useTranslations('editor-panel.goalFields');
  const path = [...goalsPath, index];
  return (
    <div className="space-y-2 rounded-lg border border-line bg-raised p-3">
      <div className="flex items-start gap-1.5">
        <div className="min-w-0 flex-1">
          <FieldRow path={[...path, 'name']}>
            {(control) => (
              <Input
                {...control}
                aria-label={t('name')}
                value={goal.name}
                placeholder={t('namePlaceholder')}
                onChange={(event) => change([...path, 'name'], event.target.value)}
              />
            )}
          </FieldRow>
        </div>
        <IconButton label={t('remove', { goal: goal.name || t('thisGoal') })} onClick={onRemove}>
          <Trash2 size={15} strokeWidth={1.75} />
        </IconButton>
      </div>
      <FieldRow path={[...path, 'event']} label={t('event')}>
        {(control) => (
          <EventInput {...control} value={goal.event} onChange={(event) => change([...path, 'event'], event)} />
        )}
      </FieldRow>
      <JourneyRule
        value={goal.where}
        path={[...path, 'where']}
        scope="event"
        event={goal.event}
        optional
        onChange={(where: Rule | undefined) => change([...path, 'where'], where as Json | undefined)}
      />
      <Window goal={goal} path={path} change={change} />
      <div className="grid grid-cols-[minmax(0,1fr)_88px] gap-2">
        <FieldRow path={[...path, 'value']} label={t('value')}>
          {(control) => (
            <PropertyInput
              {...control}
              value={goal.value ?? ''}
              event={goal.event}
              placeholder={t('valuePlaceholder')}
              onChange={(value) => change([...path, 'value'], value === '' ? undefined : value)}
            />
          )}
        </FieldRow>
        <FieldRow path={[...path, 'currency']} label={t('currency')}>
          {(control) => (
            <Input
              {...control}
              value={goal.currency ?? ''}
              placeholder={t('currencyPlaceholder')}
              maxLength={3}
              onChange={({ target: { value } }) =>
                change([...path, 'currency'], value === '' ? undefined : value.toUpperCase())
              }
            />
          )}
        </FieldRow>
      </div>
      <p className="text-xs text-muted">{t('valueHelp')}</p>
      <LeaveOnIt goal={goal} exits={exits} change={change} />
    </div>
  );
}

type PartProps = Pick<GoalCardProps, 'goal' | 'change'>;

function Window({ goal, path, change }: PartProps & { path: readonly (string | number)[] }) {
  const t = useTranslations('editor-panel.goalFields');
  const [unit, setUnit] = useState<string>();
  return (
    <FieldRow path={[...path, 'withinSeconds']} label={t('within')}>
      {(control) => (
        <DurationInput
          {...control}
          units={units}
          value={spanFrom(goal.withinSeconds, unit)}
          onChange={(span) => {
            setUnit(text(asSchema(span)?.['unit']));
            change([...path, 'withinSeconds'], secondsOf(asSchema(span)) ?? null);
          }}
        />
      )}
    </FieldRow>
  );
}

/** Adds the exit criterion that ends runs by the event of the goal. */
function LeaveOnIt({ goal, exits, change }: PartProps & Pick<GoalCardProps, 'exits'>) {
  const t = useTranslations('editor-panel.goalFields');
  const { event, where } = goal;
  if (event.trim() === '') return null;
  const exit = { event, ...(where ? { where } : {}) };
  if (exits.some((each) => sameJson(exitEventOf(each), exit)))
    return <p className="text-xs text-muted">{t('leaves')}</p>;
  return (
    <Button
      variant="link"
      icon={<LogOut size={14} strokeWidth={1.75} />}
      onClick={() => change(['settings', 'exitCriteria'], [...exits, { id: newId(), ...exit }] as unknown as Json)}
    >
      {t('leave')}
    </Button>
  );
}
