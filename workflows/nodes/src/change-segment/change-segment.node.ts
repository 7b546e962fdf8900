import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { chosen, notChosen } from '../chosen.js';

/** Puts the person into a manual segment, or takes them out of it. */
export const changeSegment = defineNode({
  type: 'wend/change-segment',
  version: 1,
  title: 'Change segment',
  description: 'Adds the person to a manual segment, or removes them from it.',
  category: 'action',
  icon: 'user-plus',
  config: z.object({
    change: z
      .enum(['add', 'remove'])
      .default('add')
      .meta({ title: 'What to do', widget: 'select', options: { add: 'Add to', remove: 'Remove from' } }),
    segment: chosen(
      'Segment',
      'manualSegment',
      'Only segments without a rule. Later steps see the change, and journeys start, wait and end by it.',
    ),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{change} “{segment.name}”',
  defaults: { change: 'add', segment: notChosen },
  lower: ({ change, segment: { id, name } }, { to }) => [
    {
      op: 'act',
      kind: 'change-segment',
      settings: { fixed: { segment: id, name, change } },
      changes: true,
      target: to('next'),
    },
  ],
});
