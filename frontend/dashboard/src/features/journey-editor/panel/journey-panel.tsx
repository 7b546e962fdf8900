'use client';

import type { ExitCriterion, Json, JourneySettings, Rule } from '@wend/contract';
import { newId } from '@wend/contract/plain';
import { Plus, Route, Trash2 } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { ComboInput } from '../form/combo-input';
import { DurationInput } from '../form/duration-input';
import { EventInput } from '../form/event-input';
import { FieldRow } from '../form/field-row';
import { FormProvider } from '../form/form-context';
import { RuleBuilder } from '../form/rule/rule-field';
import { asSchema, setAt, text } from '../form/schema';
import type { Path } from '../form/schema';
import { propertiesOfEvent, useKnownNames } from '../form/use-known-names';
import { changeSettings } from '../store/actions';
import { useEditor, useEditorStore } from '../store/editor-context';
import { manifestKey } from '../store/editor-store';
import { secondsOf, spanFrom } from './span';

const rules = [{ value: 'never', label: 'Never' }, { value: 'after', label: 'Some time after they last entered' }, { value: 'whenLeft', label: 'Once they have left' }, { value: 'always', label: 'Always' }] as const;

/** The journey's own settings: who may come again, and what ends a run at once. */
export function JourneyPanel() {
  const store = useEditorStore();
  const settings = useEditor((state) => state.graph.settings);
  const issues = useEditor((state) => state.issues);
  const editable = useEditor((state) => state.editable);
  const nodeCount = useEditor((state) => Object.keys(state.graph.nodes).length);
  const edgeCount = useEditor((state) => state.graph.edges.length);
  const change = useCallback((path: Path, value: Json | undefined) => {
    const [, ...rest] = path;
    const next = setAt({ value: store.getState().graph.settings as unknown as Json, path: rest, to: value }) as unknown as JourneySettings;
    changeSettings({ store, settings: next, path: rest.join('/') });
  }, [store]);
  const form = useMemo(() => ({ root: {}, nodeId: '', issues: issues.filter((issue) => !issue.nodeId), quiet: false, eventScope: 'event' as const, disabled: !editable, change }), [issues, editable, change]);
  return (
    <FormProvider value={form}>
      <header className="mx-5 flex items-center gap-3 border-b border-line py-4">
        <span aria-hidden className="grid size-7 shrink-0 place-items-center rounded-md bg-accent-soft text-accent"><Route size={16} strokeWidth={1.75} /></span>
        <div><h2 className="text-md font-semibold">Journey settings</h2><p className="text-xs text-muted tabular-nums">{nodeCount} {nodeCount === 1 ? 'node' : 'nodes'}, {edgeCount} {edgeCount === 1 ? 'connection' : 'connections'}</p></div>
      </header>
      <fieldset disabled={!editable} className="min-w-0 space-y-5 px-5 py-4">
        <ReentryFields settings={settings} change={change} />
        <ExitCriteria settings={settings} change={change} />
        <p className="text-xs text-muted">Select a card to change what it does. Press ? for the keyboard shortcuts.</p>
      </fieldset>
    </FormProvider>
  );
}

type SettingsProps = { settings: JourneySettings; change: (path: Path, value: Json | undefined) => void };
const reentryPath = ['settings', 'reentry'] as const;
const reentryHelp = {
  never: 'A person goes through this journey once.',
  after: 'A person may enter again when this much time has passed since they last entered, even if they are still in the journey.',
  whenLeft: 'A person may enter again as soon as they have left the journey. Nobody is in it twice at once.',
  always: 'Every entry event lets the person in again, even while they are in the journey: they may be in it several times at once.',
} as const;

function ReentryFields({ settings, change }: SettingsProps) {
  const { reentry } = settings;
  const names = useKnownNames();
  const entryEvent = useEditor((state) => {
    const entry = Object.values(state.graph.nodes).find((node) => state.manifests[manifestKey(node)]?.category === 'entry');
    const event = entry?.config['event'];
    return typeof event === 'string' ? event : undefined;
  });
  const [unit, setUnit] = useState<string>();
  const setRule = (rule: JourneySettings['reentry']['rule']) => {
    const { afterSeconds: _old, ...rest } = reentry;
    change(reentryPath, { ...rest, rule, ...(rule === 'after' ? { afterSeconds: reentry.afterSeconds ?? 604_800 } : {}) } as Json);
  };
  return (
    <>
      <FieldRow path={reentryPath} label="May people enter again?" help={reentryHelp[reentry.rule]}>
        {(control) => <Select {...control} value={reentry.rule} onChange={setRule} options={rules} />}
      </FieldRow>
      {reentry.rule === 'after' && (
        <FieldRow path={[...reentryPath, 'afterSeconds']} label="Time since they last entered">
          {(control) => <DurationInput {...control} value={spanFrom(reentry.afterSeconds, unit)} onChange={(span) => { setUnit(text(asSchema(span)?.['unit'])); change([...reentryPath, 'afterSeconds'], secondsOf(asSchema(span))); }} />}
        </FieldRow>
      )}
      <FieldRow path={[...reentryPath, 'key']} label="Once per" help={reentry.key ? `The rule above holds for each ${reentry.key} of the entry event on its own, so a person may be in the journey once for each of them at the same time.` : 'Empty: the rule above holds per person. Name a property of the entry event, such as order_id, to have it hold for each value on its own.'}>
        {(control) => <ComboInput {...control} value={reentry.key ?? ''} suggestions={propertiesOfEvent(names, entryEvent)} placeholder="person" onChange={(key) => change([...reentryPath, 'key'], key.trim() === '' ? undefined : key)} />}
      </FieldRow>
    </>
  );
}

function ExitCriteria({ settings, change }: SettingsProps) {
  const path = ['settings', 'exitCriteria'] as const;
  const { exitCriteria } = settings;
  const set = (next: readonly ExitCriterion[]) => change(path, next as unknown as Json);
  return (
    <FieldRow path={path} label="Leave at once when" help="Ends a run wherever it is, also in the middle of a wait. Messages that wait to be sent are not sent." as="group">
      {() => (
        <div className="space-y-2">
          {exitCriteria.map((criterion, index) => (
            <div key={criterion.id} className="rounded-lg border border-line bg-raised p-3">
              <div className="flex items-start gap-1.5">
                <div className="min-w-0 flex-1"><FieldRow path={[...path, index, 'event']}>{(control) => <EventInput {...control} aria-label="Event that ends the run" value={criterion.event} onChange={(event) => change([...path, index, 'event'], event)} />}</FieldRow></div>
                <IconButton label={`Remove ${criterion.event || 'this event'}`} onClick={() => set(exitCriteria.filter((_, at) => at !== index))}><Trash2 size={15} strokeWidth={1.75} /></IconButton>
              </div>
              <div className="mt-2"><RuleBuilder value={criterion.where} path={[...path, index, 'where']} scope="event" event={criterion.event} optional onChange={(where: Rule | undefined) => change([...path, index, 'where'], where as Json | undefined)} /></div>
            </div>
          ))}
          {exitCriteria.length < 20 && <Button variant="link" icon={<Plus size={14} strokeWidth={2} />} onClick={() => set([...exitCriteria, { id: newId(), event: '' }])}>{exitCriteria.length === 0 ? 'An event happens' : 'Another event'}</Button>}
        </div>
      )}
    </FieldRow>
  );
}
