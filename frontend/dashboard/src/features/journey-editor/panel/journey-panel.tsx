'use client';

import type { Json, JourneySettings, SettingsChange } from '@wend/contract';
import { Route } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo, useState } from 'react';
import { Select } from '@/components/ui/select';
import { ComboInput } from '@/components/form/combo-input';
import { DurationInput } from '../form/duration-input';
import { JourneyDelivery } from '@/features/delivery/journey-delivery';
import { JourneyRate } from '@/features/delivery/journey-rate';
import { FieldRow } from '@/components/form/field-row';
import { FormProvider } from '../form/form-context';
import { asSchema, setAt, text } from '../form/schema';
import type { Path } from '@/components/form/field-path';
import { useEntryFields } from '../form/use-entry-fields';
import { changeSettings } from '../store/actions';
import { sizeWords } from './graph-words';
import { useEditor, useEditorStore } from '../store/editor-context';
import { ExitFields } from './exit-fields';
import { GoalFields } from './goal-fields';
import { LimitFields } from './limit-fields';
import { secondsOf, spanFrom } from './span';

const rules = ['never', 'after', 'whenLeft', 'always'] as const;

/** The journey's own settings: who may come again, and what ends a run at once. */
export function JourneyPanel() {
  const t = useTranslations('editor-panel.journeyPanel');
  const size = useTranslations('editor-panel.graphWords');
  const store = useEditorStore();
  const settings = useEditor((state) => state.graph.settings);
  const issues = useEditor((state) => state.issues);
  const editable = useEditor((state) => state.editable);
  const journeyId = useEditor((state) => state.journeyId);
  const nodeCount = useEditor((state) => Object.keys(state.graph.nodes).length);
  const edgeCount = useEditor((state) => state.graph.edges.length);
  const change = useCallback(
    (path: Path, value: Json | undefined) => {
      const [, ...rest] = path;
      const next = setAt({
        value: store.getState().graph.settings as unknown as Json,
        path: rest,
        to: value,
      }) as unknown as JourneySettings;
      // What is taken away is told as such: settings that are not named stay.
      const [name] = rest;
      const settings: SettingsChange =
        rest.length === 1 && value === undefined ? { ...next, [name!]: undefined } : next;
      changeSettings({ store, settings, path: rest.join('/') });
    },
    [store],
  );
  const form = useMemo(
    () => ({
      root: {},
      nodeId: '',
      issues: issues.filter((issue) => !issue.nodeId),
      quiet: false,
      eventScope: 'event' as const,
      disabled: !editable,
      change,
    }),
    [issues, editable, change],
  );
  return (
    <FormProvider value={form}>
      <header className="mx-5 flex items-center gap-3 border-b border-line py-4">
        <span aria-hidden className="grid size-7 shrink-0 place-items-center rounded-md bg-accent-soft text-accent">
          <Route size={16} strokeWidth={1.75} />
        </span>
        <div>
          <h2 className="text-md font-semibold">{t('journeySettings')}</h2>
          <p className="text-xs text-muted tabular-nums">{sizeWords(size, { steps: nodeCount, lines: edgeCount })}</p>
        </div>
      </header>
      <fieldset disabled={!editable} className="min-w-0 space-y-5 px-5 py-4">
        <ReentryFields settings={settings} change={change} />
        <GoalFields settings={settings} change={change} />
        <LimitFields settings={settings} change={change} />
        <ExitFields settings={settings} change={change} />
        <p className="text-xs text-muted">{t('hint')}</p>
      </fieldset>
      <div className="space-y-3 px-5 pb-5">
        <JourneyDelivery journeyId={journeyId} />
        <JourneyRate journeyId={journeyId} />
      </div>
    </FormProvider>
  );
}

export type SettingsProps = { settings: JourneySettings; change: (path: Path, value: Json | undefined) => void };
const reentryPath = ['settings', 'reentry'] as const;

function ReentryFields({ settings, change }: SettingsProps) {
  const t = useTranslations('editor-panel.journeyPanel');
  const { reentry } = settings;
  const entryFields = useEntryFields();
  const [unit, setUnit] = useState<string>();
  const setRule = (rule: JourneySettings['reentry']['rule']) => {
    const { afterSeconds: _old, ...rest } = reentry;
    change(reentryPath, {
      ...rest,
      rule,
      ...(rule === 'after' ? { afterSeconds: reentry.afterSeconds ?? 604_800 } : {}),
    } as Json);
  };
  return (
    <>
      <FieldRow path={reentryPath} label={t('reentry')} help={t(`ruleHelp.${reentry.rule}`)}>
        {(control) => (
          <Select
            {...control}
            value={reentry.rule}
            onChange={setRule}
            options={rules.map((value) => ({ value, label: t(`rules.${value}`) }))}
          />
        )}
      </FieldRow>
      {reentry.rule === 'after' && (
        <FieldRow path={[...reentryPath, 'afterSeconds']} label={t('reentryAfter')}>
          {(control) => (
            <DurationInput
              {...control}
              value={spanFrom(reentry.afterSeconds, unit)}
              onChange={(span) => {
                setUnit(text(asSchema(span)?.['unit']));
                change([...reentryPath, 'afterSeconds'], secondsOf(asSchema(span)));
              }}
            />
          )}
        </FieldRow>
      )}
      <FieldRow
        path={[...reentryPath, 'key']}
        label={t('oncePer')}
        help={reentry.key ? t('oncePerKey', { key: reentry.key }) : t('oncePerPerson')}
      >
        {(control) => (
          <ComboInput
            {...control}
            value={reentry.key ?? ''}
            suggestions={entryFields}
            placeholder={t('person')}
            onChange={(key) => change([...reentryPath, 'key'], key.trim() === '' ? undefined : key)}
          />
        )}
      </FieldRow>
    </>
  );
}
