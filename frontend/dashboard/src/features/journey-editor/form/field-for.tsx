'use client';

import type { Json } from '@wend/contract';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { MemberPicker } from '@/features/approvals/member-picker';
import { TopicPicker } from '@/features/consents/topic-picker';
import { HttpConnectionPicker } from '@/features/http-connections/http-connection-picker';
import { PlacesPicker, PlaceTagsPicker } from '@/features/places/places-picker';
import { SegmentPicker } from '@/features/segments/segment-picker';
import { Switch } from '@/components/ui/switch';
import { DurationInput, unitsOf } from './duration-input';
import { EventInput } from '@/features/rules/event-input';
import { FieldRow } from '@/components/form/field-row';
import { Fields } from './fields';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { ListField } from './list-field';
import { LiquidInput } from './liquid/liquid-input';
import { NodeSelect } from './node-select';
import { RuleField } from './rule-field';
import { drawnAs, metaOf, text, titleOf, variantsOf } from './schema';
import type { Schema } from './schema';
import { ChoiceField } from './choice-field';
import { ChosenField } from './chosen-field';
import { KeyValueField, TextsField } from './key-value-field';
import { NumberInput } from '@/components/form/number-input';
import { PropertyInput } from './property-input';
import { ScheduleField } from './schedule/schedule-field';
import { SubJourneyField } from './sub-journey-field';
import { TemplateField } from './template-field';
import { TraitInput } from './trait-input';
import { WeekdaysInput } from '@/components/form/weekdays-input';

/** One field: the widget decides the control, the schema its words. */
export function FieldFor(props: FieldProps) {
  const { name, schema, value, path } = props;
  const { root, change } = useForm();
  const drawn = drawnAs({ schema, root });
  const label = titleOf({ schema, key: name });
  const meta = metaOf(schema);
  const help = meta.description;
  const string = typeof value === 'string' ? value : '';
  const set = (next: Json | undefined) => change(path, next);
  switch (drawn) {
    case 'none':
      return null;
    case 'list':
      return <ListField {...props} Field={FieldFor} />;
    case 'keyValue':
      return <KeyValueField {...props} />;
    case 'texts':
      return <TextsField {...props} />;
    case 'choice':
      return <ChoiceField {...props} Field={FieldFor} />;
    case 'template':
      return <TemplateField {...props} />;
    case 'schedule':
      return <ScheduleField {...props} />;
    case 'rule':
      return <RuleField {...props} />;
    case 'group': {
      const union = variantsOf({ schema, root });
      return union ? (
        <ChoiceField {...props} Field={FieldFor} />
      ) : (
        <FieldRow path={path} label={label} help={help} as="group">
          {() => (
            <div className="space-y-3 rounded-lg border border-line bg-raised p-3">
              <Fields schema={schema} value={value} path={path} Field={FieldFor} />
            </div>
          )}
        </FieldRow>
      );
    }
    case 'switch':
      return (
        <FieldRow path={path} label={label} help={help} inline>
          {(control) => <Switch {...control} checked={value === true} onCheckedChange={set} />}
        </FieldRow>
      );
    case 'number':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <NumberInput
              {...control}
              value={typeof value === 'number' ? value : undefined}
              onChange={set}
              unit={meta.unit}
              {...(meta.placeholder === undefined ? {} : { placeholder: meta.placeholder })}
            />
          )}
        </FieldRow>
      );
    case 'select':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => <Select {...control} value={string || undefined} onChange={set} options={optionsOf(schema)} />}
        </FieldRow>
      );
    case 'duration':
      return (
        <FieldRow path={path} label={label} help={help} inside>
          {(control) => (
            <DurationInput {...control} value={value ?? schema['default']} onChange={set} units={unitsOf(schema)} />
          )}
        </FieldRow>
      );
    case 'event':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => <EventInput {...control} value={string} onChange={set} placeholder={meta.placeholder} />}
        </FieldRow>
      );
    case 'trait':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => <TraitInput {...control} value={string} onChange={set} placeholder={meta.placeholder} />}
        </FieldRow>
      );
    case 'property':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <PropertyInput
              {...control}
              value={string}
              onChange={(next) => set(next === '' && !isRequiredText(schema) ? undefined : next)}
              event={meta.eventFrom ? text(props.siblings[meta.eventFrom]) : undefined}
              placeholder={meta.placeholder}
            />
          )}
        </FieldRow>
      );
    case 'segment':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => <SegmentPicker {...control} value={string || undefined} onChange={(id) => set(id)} />}
        </FieldRow>
      );
    case 'journey':
    case 'manualSegment':
      return <ChosenField {...props} of={drawn} />;
    case 'subJourney':
      return <SubJourneyField {...props} />;
    case 'topic':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => <TopicPicker {...control} value={string || undefined} onChange={set} />}
        </FieldRow>
      );
    case 'member':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => <MemberPicker {...control} value={string || undefined} onChange={(id) => set(id)} />}
        </FieldRow>
      );
    case 'httpConnection':
      return (
        <FieldRow path={path} label={label} help={help} inside>
          {(control) => <HttpConnectionPicker {...control} value={string || undefined} onChange={set} />}
        </FieldRow>
      );
    case 'places':
    case 'placeTags': {
      const Picker = drawn === 'places' ? PlacesPicker : PlaceTagsPicker;
      return (
        <FieldRow path={path} label={label} help={help} inside>
          {(control) => (
            <Picker
              {...control}
              value={Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []}
              onChange={set}
              most={typeof schema['maxItems'] === 'number' ? schema['maxItems'] : undefined}
            />
          )}
        </FieldRow>
      );
    }
    case 'node':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <NodeSelect {...control} value={string || undefined} onChange={set} categories={meta.categories} />
          )}
        </FieldRow>
      );
    case 'time':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <Input
              {...control}
              type="time"
              className="w-32! tabular-nums"
              value={string}
              onChange={(event) => set(event.target.value)}
            />
          )}
        </FieldRow>
      );
    case 'weekdays':
      return (
        <FieldRow path={path} label={label} help={help} as="group">
          {() => <WeekdaysInput value={Array.isArray(value) ? value : []} onChange={set} />}
        </FieldRow>
      );
    case 'liquid':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <LiquidInput
              {...control}
              label={label}
              value={string}
              onChange={(next) => set(next === '' && !isRequiredText(schema) ? undefined : next)}
              language={meta.language ?? 'text'}
              rows={meta.rows}
              placeholder={meta.placeholder}
            />
          )}
        </FieldRow>
      );
    case 'textarea':
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <Textarea
              {...control}
              rows={meta.rows ?? 4}
              value={string}
              placeholder={meta.placeholder}
              onChange={(event) => set(event.target.value)}
            />
          )}
        </FieldRow>
      );
    default:
      return (
        <FieldRow path={path} label={label} help={help}>
          {(control) => (
            <Input
              {...control}
              value={string}
              placeholder={text(schema['placeholder'])}
              onChange={(event) => set(event.target.value)}
            />
          )}
        </FieldRow>
      );
  }
}

function isRequiredText(schema: Schema): boolean {
  return schema['minLength'] !== undefined || schema['default'] !== undefined;
}

function optionsOf(schema: Schema): { value: string; label: string }[] {
  const words = metaOf(schema).options ?? {};
  const values = Array.isArray(schema['enum']) ? schema['enum'].map(String) : Object.keys(words);
  return values.map((value) => ({ value, label: words[value] ?? value }));
}
