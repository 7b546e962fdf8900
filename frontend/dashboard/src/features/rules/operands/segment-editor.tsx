'use client';

import { ChartPie } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FieldRow } from '@/components/form/field-row';
import { Select } from '@/components/ui/select';
import { SegmentPicker } from '@/features/segments/segment-picker';
import type { CompareProps, OperandEditor } from './operand-editor';

/** Whether the person is in a segment. */
function SegmentEditor({ rule, left, path, onChange }: CompareProps<'segment'>) {
  const t = useTranslations('editor-rules.segmentEditor');
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-1.5">
      <Select
        aria-label={t('inOrNot')}
        className="w-[104px]!"
        value={rule.value === (rule.is === 'equals') ? 'in' : 'out'}
        onChange={(next) => onChange({ ...rule, is: 'equals', value: next === 'in' })}
        options={[
          { value: 'in', label: t('isIn') },
          { value: 'out', label: t('isNotIn') },
        ]}
      />
      <FieldRow path={[...path, 'left', 'segment']}>
        {(field) => (
          <SegmentPicker
            {...field}
            aria-label={t('segment')}
            value={left.segment || undefined}
            onChange={(segment, name) => onChange({ ...rule, left: { source: 'segment', segment, name } })}
          />
        )}
      </FieldRow>
    </div>
  );
}

export const segment: OperandEditor<'segment'> = {
  family: 'person',
  icon: ChartPie,
  blank: () => ({ left: { source: 'segment', segment: '' }, is: 'equals', value: true }),
  Editor: SegmentEditor,
};
