import type { Category } from './manifest.js';

/**
 * How a field of a form is drawn. Without a widget the JSON Schema type decides: text, number, switch, select, list or
 * group.
 */
export const widgets = [
  'text',
  'textarea',
  'liquid',
  'number',
  'switch',
  'select',
  'duration',
  'rule',
  'event',
  'segment',
  'manualSegment',
  'journey',
  'subJourney',
  'topic',
  'member',
  'places',
  'placeTags',
  'node',
  'list',
  'keyValue',
  'time',
  'weekdays',
  'template',
  'schedule',
  'trait',
  'property',
  'httpConnection',
] as const;
export type Widget = (typeof widgets)[number];

/**
 * What a node author may say about a field with zod's `.meta()`. It travels in the JSON Schema of the manifest, beside
 * the keywords of the standard, and is all that a form is drawn from. In a list (array of objects) a property `id` is
 * hidden and made by the form.
 */
export type FieldMeta = {
  title?: string;
  /** One sentence under the field: what the setting will do. */
  description?: string;
  placeholder?: string;
  widget?: Widget;
  /** liquid: what surrounds the tags. */
  language?: 'html' | 'text';
  /** liquid, of nodes with code of their own: what values are made safe for. Left out: they stand as they are. */
  escape?: 'url' | 'line' | 'json';
  /** textarea and liquid: visible lines. */
  rows?: number;
  /**
   * rule: `profile` asks about the person (traits, past events, reachability), `event` filters the event under test.
   */
  scope?: 'profile' | 'event';
  /** property, and rule with scope `event`: the field beside it that names the event; its properties are offered. */
  eventFrom?: string;
  /** node: only nodes of these categories can be picked. */
  categories?: Category[];
  /** select and choices: words for values, such as `{ opened: 'is opened' }`. */
  options?: Record<string, string>;
  /** number and text: what follows the value, such as `%`. */
  unit?: string;
  /** list: the button that adds an item ("Add branch") and what one item is called ("Branch"). */
  addLabel?: string;
  itemTitle?: string;
  /** template: the channel whose locked templates can be chosen. */
  channel?: string;
  /** The field beside it that takes its place while it is filled. */
  replacedBy?: string;
  /** Drawn only while fields beside it, or in one of them, have one of these values: `{ 'offset.unit': ['hours'] }`. */
  shownFor?: Record<string, string[]>;
  /** select: what counts while nothing is chosen; it is shown as chosen. */
  usual?: string;
  /** Folded away under "More" until it is filled. */
  advanced?: boolean;
  /** What to say when the value does not fit the pattern: "Write a time as HH:MM." */
  invalid?: string;
};
