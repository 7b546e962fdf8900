import { approvedVariables } from '@wend/contract/plain';
import type { ApprovedTemplate, HttpTemplate } from '@wend/contract';

/** A definition while it is edited: what few need is written as JSON. */
export type Editing = {
  name: string;
  connectionId: string | null;
  fields: HttpTemplate['fields'];
  call: HttpTemplate['call'];
  lookUp: HttpTemplate['lookUp'];
  answer: string;
  receipts: string;
  shows: string;
};

type Parsed = { ok: true; definition: HttpTemplate } | { ok: false; path: 'answer' | 'receipts' | 'shows' };

export const blank: Editing = {
  name: '',
  connectionId: null,
  fields: [{ name: 'text', label: 'Message', kind: 'long', required: true, maxLength: 1_000 }],
  call: {
    method: 'POST',
    url: '/messages',
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.key }}' }],
    bodyKind: 'json',
    body: '{\n  "to": "{{ recipient }}",\n  "text": "{{ fields.text }}"\n}',
  },
  lookUp: undefined,
  answer: JSON.stringify(
    {
      idPath: 'id',
      codePath: 'error.code',
      messagePath: 'error.message',
      errors: [{ codes: ['invalid_number'], class: 'badAddress' }],
    },
    null,
    2,
  ),
  receipts: '',
  shows: '',
};

export const blankLookUp: NonNullable<Editing['lookUp']> = {
  method: 'GET',
  url: '/people/{{ profile.external_id }}',
  headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.lookUp }}' }],
  body: '',
  addressPath: 'phone',
};

export function editingOf(name: string, connectionId: string | null, definition: HttpTemplate): Editing {
  const { fields, call, lookUp, answer, receipts, shows } = definition;
  const written = (value: unknown) => JSON.stringify(value, null, 2);
  return {
    name,
    connectionId,
    fields,
    call,
    lookUp,
    answer: written(answer),
    receipts: receipts ? written(receipts) : '',
    shows: Object.keys(shows).length > 0 ? written(shows) : '',
  };
}

/** The definition that was written; the first part whose JSON cannot be read, when one cannot. */
export function definitionOf({ fields, call, lookUp, ...texts }: Editing): Parsed {
  const parts: Record<string, unknown> = {};
  for (const path of ['answer', 'receipts', 'shows'] as const) {
    if (texts[path].trim() === '') continue;
    try {
      parts[path] = JSON.parse(texts[path]);
    } catch {
      return { ok: false, path };
    }
  }
  // What is wrong inside is said by the API, by path.
  const definition = { kind: 'http', fields, call, ...(lookUp && { lookUp }), ...parts };
  return { ok: true, definition: definition as HttpTemplate };
}

/** Problems that belong to a part of the form, and those that belong to none. */
export function problemsAt(
  problems: readonly { path: string; message: string }[],
  parts: readonly string[],
): string | undefined {
  const found = problems.filter(({ path }) => {
    const own = path.replace(/^definition\./, '');
    return parts.some((part) => own === part || own.startsWith(`${part}.`) || own.startsWith(`${part}[`));
  });
  if (found.length === 0) return undefined;
  return found.map(({ path, message }) => `${path.replace(/^definition\./, '')} ${message}`).join(' · ');
}

/** A text as a network has approved it, while it is edited: its fields follow from its variables. */
export type ApprovedDraft = Omit<ApprovedTemplate, 'fields' | 'kind'>;

/**
 * Each variable is a field of its own. One that was there before stays the field it was, wherever it stands now: steps
 * have written into it by its name.
 */
export function approvedDefinition(
  { code, language, state, text, buttons }: ApprovedDraft,
  before: ApprovedTemplate['fields'] = [],
): ApprovedTemplate {
  const filled = buttons.map(({ url, ...button }) => ({ ...button, ...(url ? { url } : {}) }));
  const variables = approvedVariables({ text, buttons: filled });
  const names = new Set(before.map(({ name }) => name));
  const freshName = (): string => {
    let number = 1;
    while (names.has(`v${number}`)) number += 1;
    names.add(`v${number}`);
    return `v${number}`;
  };
  return {
    kind: 'approved',
    code,
    ...(language ? { language } : {}),
    state,
    text,
    buttons: filled,
    fields: variables.map(
      (variable) =>
        before.find((field) => (field.variable ?? field.name) === variable) ?? {
          name: freshName(),
          label: variable,
          kind: 'text',
          required: true,
          variable,
        },
    ),
  };
}
