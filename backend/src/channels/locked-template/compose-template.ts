import { approvedVariables } from '@wend/contract';
import type {
  ApprovedTemplate,
  HttpTemplate,
  JsonObject,
  TemplateChoice,
  TemplateDefinition,
  TemplateField,
} from '@wend/contract';
import type { MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { renderSmallLiquid } from '../../content/index.js';
import { problemWhen } from '../field-problems.js';
import type { ApprovedContent, StoredTemplate, TemplatedContent } from './stored-template.js';

export function fieldPath(name: string): string {
  return `template.fields.${name}`;
}

/** What a step has written into the fields of a template. What stands in a place of the call is escaped there. */
export function fieldTemplates(template: TemplateDefinition, choice: TemplateChoice): Record<string, MessageTemplate> {
  return Object.fromEntries(
    template.fields.flatMap(({ name, kind }) => {
      const source = choice.fields[name] ?? '';
      return source === '' ? [] : [[fieldPath(name), { source, escape: kind === 'url' ? 'url' : 'none' }]];
    }),
  );
}

type ComposeTemplatedOptions = {
  stored: StoredTemplate;
  values: Record<string, string>;
  /** Of the person; null where they have none. */
  externalId: string | null;
};
type Composed = {
  content: TemplatedContent & Partial<ApprovedContent>;
  /** By the names of the channel's content. */
  shown: JsonObject;
  problems: MessageProblem[];
};

/** The message of a step that uses a template: its fields for this person, and what the channel shows of it. */
export function composeTemplated({ stored, values, externalId }: ComposeTemplatedOptions): Composed {
  const { id, name, revision, definition } = stored;
  const fields = Object.fromEntries(
    definition.fields.map((field) => [field.name, (values[fieldPath(field.name)] ?? '').trim()]),
  );
  const made =
    definition.kind === 'http'
      ? composeHttp({ definition, fields, externalId })
      : composeApproved({ definition, fields });
  return {
    content: { template: { id, name, revision }, fields, ...made.content },
    shown: made.shown,
    problems: [
      ...definition.fields.flatMap((field) => fieldProblems(field, fields[field.name] ?? '')),
      ...made.problems,
    ],
  };
}

type Made = {
  content: Pick<TemplatedContent, 'lookUp'> & Partial<ApprovedContent>;
  shown: JsonObject;
  problems: MessageProblem[];
};

function composeHttp({
  definition,
  fields,
  externalId,
}: {
  definition: HttpTemplate;
  fields: Record<string, string>;
  externalId: string | null;
}): Made {
  const shown = Object.fromEntries(
    Object.entries(definition.shows).map(([part, source]) => [
      part,
      renderSmallLiquid({ source, escape: 'none', data: { fields } }),
    ]),
  );
  return {
    content: { ...(definition.lookUp && { lookUp: { externalId: externalId ?? '' } }) },
    shown: { ...fields, ...shown },
    problems: [
      ...problemWhen(
        definition.lookUp !== undefined && !externalId,
        'template',
        'asks for the address by external id, and this person has none',
      ),
    ],
  };
}

/** Only variables change: everything else is what was approved, to the letter. */
function composeApproved({
  definition,
  fields,
}: {
  definition: ApprovedTemplate;
  fields: Record<string, string>;
}): Made {
  const { code, language, state, text, buttons } = definition;
  const variables = Object.fromEntries(
    definition.fields.map(({ name, variable = name }) => [variable, fields[name] ?? '']),
  );
  const fill = (source: string): string =>
    source.replace(
      /#\{([^{}]+)\}|\{\{([^{}]+)\}\}/g,
      (_, a?: string, b?: string) => variables[(a ?? b ?? '').trim()] ?? '',
    );
  const filled = buttons.map((button) => {
    if (button.url === undefined) return button;
    const last = /(?:#\{[^{}]+\}|\{\{[^{}]+\}\})$/.exec(button.url)?.[0];
    return { ...button, url: fill(button.url), ...(last !== undefined && { suffix: fill(last) }) };
  });
  return {
    content: {
      approved: {
        code,
        ...(language !== undefined && { language }),
        variables,
        textVariables: approvedVariables({ text, buttons: [] }),
        buttons: filled,
      },
    },
    shown: { text: fill(text) },
    problems: problemWhen(state !== 'approved', 'template', `is ${state}: only approved templates are delivered`),
  };
}

function fieldProblems({ name, label, kind, required, maxLength, options }: TemplateField, value: string) {
  const path = fieldPath(name);
  const length = [...value].length;
  return [
    ...problemWhen(required && value === '', path, `(${label}) is empty for this person`),
    ...problemWhen(
      maxLength !== undefined && length > maxLength,
      path,
      `(${label}) has ${length} characters; it can have at most ${maxLength}`,
    ),
    ...problemWhen(
      kind === 'url' && value !== '' && !URL.canParse(value),
      path,
      `(${label}) must be a whole address, beginning with https://`,
    ),
    ...problemWhen(
      kind === 'choice' && value !== '' && !options?.some((option) => option.value === value),
      path,
      `(${label}) must be one of: ${options?.map((option) => option.value).join(', ')}`,
    ),
  ];
}
