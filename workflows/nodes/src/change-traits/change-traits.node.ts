import { fillTypes, hasLiquid, settingsFrom, traitDos, typedValue } from '@wend/contract';
import type { FillType, JsonObject } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { newTraitName } from '../trait-name.js';

const change = z
  .object({
    name: newTraitName,
    do: z
      .enum(traitDos)
      .default('set')
      .meta({
        title: 'Change',
        widget: 'select',
        options: {
          set: 'Set to',
          unset: 'Clear',
          add: 'Add to the number',
          append: 'Add to the list',
          remove: 'Remove from the list',
        },
      }),
    value: z
      .string()
      .max(5_000)
      .default('')
      .meta({
        title: 'Value',
        widget: 'liquid',
        language: 'text',
        placeholder: '{{ entry.total }}',
        shownFor: { do: ['set', 'add', 'append', 'remove'] },
      }),
    type: z
      .enum(fillTypes)
      .default('auto')
      .meta({
        title: 'Saved as',
        widget: 'select',
        options: {
          auto: 'What it is',
          text: 'Text',
          number: 'Number',
          yesNo: 'Yes or no',
          date: 'Date',
          list: 'List',
          json: 'JSON',
        },
        shownFor: { do: ['set', 'append', 'remove'] },
      }),
  })
  .superRefine((item, context) => {
    const wanted = typeOf(item);
    if (item.do === 'unset' || hasLiquid(item.value)) return;
    const typed = typedValue(item.value, wanted);
    if (!typed.ok) context.addIssue({ code: 'custom', message: typed.message, path: ['value'] });
    else if (item.do !== 'set' && item.value.trim() === '')
      context.addIssue({ code: 'custom', message: 'is empty.', path: ['value'] });
  });

/** Changes what is written down about the person, counting and collecting included. */
export const changeTraits = defineNode({
  type: 'wend/change-traits',
  version: 1,
  title: 'Change traits',
  description: 'Sets, clears, or counts up what is saved about the person, or adds to and removes from a list of it.',
  category: 'action',
  icon: 'pencil',
  config: z.object({
    traits: z.array(change).min(1, 'Add a change.').max(50).meta({
      title: 'Changes',
      description:
        'Done in this order. A trait that holds no number or no list stays as it is when something is to be added to it; a missing one begins at 0, or as an empty list.',
      addLabel: 'Add change',
      itemTitle: 'Change',
    }),
  }),
  ports: [
    { id: 'next', label: 'Next' },
    { id: 'failed', label: 'Couldn’t be filled in', follows: 'next' },
  ],
  undo: true,
  summary: '{traits}',
  defaults: { traits: [{ name: '', do: 'set', value: '', type: 'auto' }] },
  lower: ({ traits }, { nodeId, to, fact }) => {
    const changes = traits.map(({ name, do: how, value }): JsonObject =>
      how === 'unset' ? { name, do: how } : { name, do: how, value },
    );
    const types = Object.fromEntries(
      traits.flatMap((item, index) => (item.do === 'unset' ? [] : [[`changes[${index}].value`, typeOf(item)]])),
    ) as Record<string, FillType>;
    return [
      {
        op: 'change',
        settings: settingsFrom({ nodeId, fact }, { changes }, types),
        target: to('next'),
        failed: to('failed'),
      },
    ];
  },
});

/** What is added is a number, whatever was chosen for another change. */
function typeOf({ do: how, type }: { do: string; type: FillType }): FillType {
  return how === 'add' ? 'number' : type;
}
