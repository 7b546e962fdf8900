import type { Json } from '@wend/contract';

export const traitTypes = ['text', 'number', 'boolean', 'date', 'list', 'json'] as const;
export type TraitType = (typeof traitTypes)[number];
/** What is typed for a trait: the text of its field, whatever its type. */
export type TraitDraft = { type: TraitType; text: string };
export type TraitProblem = 'number' | 'date' | 'json' | 'empty';

const day = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** The type that a value is edited as. */
export function typeOfTrait(value: Json): TraitType {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return isDate(value) ? 'date' : 'text';
  // One text per line: what a line could not hold is edited as JSON.
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' && each.trim() === each && isLine(each)))
    return 'list';
  return 'json';
}

/** A list of single values, which is read best one after another. */
export function isPlainList(value: Json): value is (string | number | boolean)[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => each !== null && typeof each !== 'object');
}

export function draftOf(value: Json): TraitDraft {
  const type = typeOfTrait(value);
  return { type, text: textOf(type, value) };
}

/** The draft as another type, with what can be kept of it. */
export function retyped(draft: TraitDraft, type: TraitType): TraitDraft {
  const read = readTrait(draft);
  if (!('value' in read)) return { type, text: type === 'boolean' ? 'true' : draft.text };
  const { value } = read;
  switch (type) {
    case 'text':
      return { type, text: typeof value === 'string' ? value : JSON.stringify(value) };
    case 'list':
      return { type, text: Array.isArray(value) ? value.map(plain).join('\n') : plain(value) };
    case 'json':
      return { type, text: JSON.stringify(value, null, 2) };
    case 'boolean':
      return { type, text: ['false', 'no', '0', ''].includes(plain(value).toLowerCase()) ? 'false' : 'true' };
    case 'number':
    case 'date':
      return { type, text: plain(value) };
  }
}

/** The value that a draft stands for, or what is wrong with it. Nothing is made into something else silently. */
export function readTrait({ type, text }: TraitDraft): { value: Json } | { problem: TraitProblem } {
  const trimmed = text.trim();
  switch (type) {
    case 'text':
      return { value: text };
    case 'boolean':
      return { value: text === 'true' };
    case 'number': {
      const value = Number(trimmed);
      return trimmed !== '' && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) && Number.isFinite(value)
        ? { value }
        : { problem: 'number' };
    }
    case 'date':
      return isDate(trimmed) ? { value: trimmed } : { problem: 'date' };
    case 'list':
      return { value: text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()])) };
    case 'json':
      return readJson(trimmed);
  }
}

function readJson(text: string): { value: Json } | { problem: TraitProblem } {
  if (text === '') return { problem: 'empty' };
  try {
    const value = JSON.parse(text) as Json;
    // A trait that is null is removed, and there is a button for that.
    return value === null ? { problem: 'empty' } : { value };
  } catch {
    return { problem: 'json' };
  }
}

function textOf(type: TraitType, value: Json): string {
  if (type === 'list') return (value as string[]).join('\n');
  if (type === 'json') return JSON.stringify(value, null, 2);
  return String(value);
}

function isDate(text: string): boolean {
  if (day.test(text)) {
    const at = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
  }
  return instant.test(text) && !Number.isNaN(Date.parse(text));
}

function isLine(text: string): boolean {
  return text !== '' && !/[\r\n]/.test(text);
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
