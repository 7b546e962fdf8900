'use client';

import { operators } from '@wend/contract/plain';
import { MapPin } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { ClipboardEvent } from 'react';
import { ComboInput } from '@/components/form/combo-input';
import { FieldRow } from '@/components/form/field-row';
import { NumberInput } from '@/components/form/number-input';
import { Select } from '@/components/ui/select';
import { Sentence, Word } from '../parts/sentence';
import { useRule } from '../rule-context';
import { comparisonsFor, withComparison } from '../rule-model';
import type { CompareProps, OperandEditor } from './operand-editor';
import { readPlace } from './read-place';

const units = { m: 1, km: 1_000 } as const;
type Unit = keyof typeof units;

/** How far the person is from a point. */
function DistanceEditor({ rule, left, path, onChange, control }: CompareProps<'distance'>) {
  const t = useTranslations('editor-rules.distanceEditor');
  const comparisons = useTranslations('editor-rules.distances');
  const { traits } = useRule();
  const metres = typeof rule.value === 'number' ? rule.value : undefined;
  const [unit, setUnit] = useState<Unit>(metres === undefined || metres % 100 === 0 ? 'km' : 'm');
  // Traits hold `location.lat`: the place is the object that has both.
  const places = [
    ...new Set(traits.filter((each) => /\.(lat|latitude)$/.test(each)).map((each) => each.replace(/\.\w+$/, ''))),
  ];
  const setMetres = (amount: number | undefined, by: Unit) =>
    onChange(
      amount === undefined ? { op: 'compare', left, is: rule.is } : { ...rule, value: Math.round(amount * units[by]) },
    );
  return (
    <div className="space-y-1.5">
      <Sentence>
        <div className="min-w-28 flex-1">
          <FieldRow path={[...path, 'left', 'path']}>
            {(field) => (
              <ComboInput
                {...field}
                aria-label={t('trait')}
                value={left.path}
                suggestions={places}
                placeholder={t('traitExample')}
                onChange={(next) => onChange({ ...rule, left: { ...left, path: next } })}
              />
            )}
          </FieldRow>
        </div>
        <Select
          aria-label={t('comparison')}
          className="w-auto! shrink-0"
          value={rule.is}
          onChange={(is) => onChange(withComparison({ ...rule, value: metres ?? 1_000 }, is))}
          options={comparisonsFor(left, rule.is).map((value) => ({
            value,
            label: comparisons.has(value as 'atMost') ? comparisons(value as 'atMost') : operators[value].words,
          }))}
        />
        {operators[rule.is].takes === 'nothing' ? null : (
          <>
            <NumberInput
              {...control}
              aria-label={t('distance')}
              className="w-20"
              value={metres === undefined ? undefined : metres / units[unit]}
              onChange={(amount) => setMetres(amount, unit)}
            />
            <Select
              aria-label={t('unit')}
              className="w-16! shrink-0"
              value={unit}
              onChange={setUnit}
              options={(Object.keys(units) as Unit[]).map((value) => ({ value, label: value }))}
            />
          </>
        )}
      </Sentence>
      <PointEditor rule={rule} left={left} path={path} onChange={onChange} />
    </div>
  );
}

/** From where: a point, or where what let the person in says that it was. */
function PointEditor({ rule, left, path, onChange }: Omit<CompareProps<'distance'>, 'control'>) {
  const t = useTranslations('editor-rules.distanceEditor');
  const { hasRun, entryProperties } = useRule();
  const ofEntry = left.entryLatitude !== undefined;
  const trait = { source: 'distance', path: left.path } as const;
  const change = (next: CompareProps<'distance'>['left']) => onChange({ ...rule, left: next });
  const paste = (event: ClipboardEvent) => {
    const place = readPlace(event.clipboardData.getData('text'));
    if (!place) return;
    event.preventDefault();
    change({ ...trait, ...place });
  };
  return (
    <Sentence>
      <Word>{t('from')}</Word>
      {hasRun || ofEntry ? (
        <Select
          aria-label={t('fromWhat')}
          className="w-auto! shrink-0"
          value={ofEntry ? 'entry' : 'point'}
          onChange={(from) =>
            change(
              from === 'entry'
                ? { ...trait, entryLatitude: 'lat', entryLongitude: 'lng' }
                : { ...trait, latitude: 0, longitude: 0 },
            )
          }
          options={[
            { value: 'point', label: t('point') },
            { value: 'entry', label: t('entry') },
          ]}
        />
      ) : null}
      {left.entryLatitude === undefined
        ? (['latitude', 'longitude'] as const).map((name) => (
            <div key={name} onPaste={paste}>
              <FieldRow path={[...path, 'left', name]}>
                {(field) => (
                  <NumberInput
                    {...field}
                    aria-label={t(name)}
                    className="w-28"
                    value={left[name]}
                    onChange={(next) => {
                      if (next !== undefined) change({ ...left, [name]: next });
                    }}
                  />
                )}
              </FieldRow>
            </div>
          ))
        : (['entryLatitude', 'entryLongitude'] as const).map((name) => (
            <div key={name} className="w-36">
              <FieldRow path={[...path, 'left', name]}>
                {(field) => (
                  <ComboInput
                    {...field}
                    aria-label={t(name)}
                    value={left[name]}
                    suggestions={entryProperties}
                    placeholder={t(`${name}Example`)}
                    onChange={(next) => change({ ...left, [name]: next })}
                  />
                )}
              </FieldRow>
            </div>
          ))}
      <span className="text-xs text-muted">{t(ofEntry ? 'entryHint' : 'hint')}</span>
    </Sentence>
  );
}

export const distance: OperandEditor<'distance'> = {
  family: 'person',
  icon: MapPin,
  blank: () => ({
    left: { source: 'distance', path: 'location', latitude: 0, longitude: 0 },
    is: 'atMost',
    value: 3_000,
  }),
  Editor: DistanceEditor,
};
