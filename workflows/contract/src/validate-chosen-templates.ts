import type { Graph, GraphNode, Issue } from './graph.js';
import { templateChoice } from './locked-template.js';
import type { TemplateDefinition, TemplateField } from './locked-template.js';
import type { NodeManifest } from './manifest.js';

/** A locked template or an approved text of the workspace. */
export type KnownTemplate = { id: string; channel: string; name: string; definition: TemplateDefinition };
type Given = {
  graph: Graph;
  known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
  /** Left out where they are not known: in a browser. */
  channelTemplates?: readonly KnownTemplate[];
};
/** Also one of an app: `shop://cart`. */
const wholeAddress = /^[a-z][a-z0-9+.-]*:\S+$/i;
type Problem = { field: TemplateField; message: string; hint: string };

/**
 * Steps whose template is gone, is not approved, or has a field that nobody can be sent: each of their messages would
 * fail. What only a person's data can tell is looked at when it is sent.
 */
export function chosenTemplateIssues({ known, channelTemplates }: Given): Issue[] {
  if (!channelTemplates) return [];
  return [...known.values()].flatMap(({ node, manifest }): Issue[] => {
    const choice = manifest.channel && templateChoice(node.config);
    if (!choice) return [];
    const about = { severity: 'error', nodeId: node.id } as const;
    const template = channelTemplates.find(({ id, channel }) => id === choice.id && channel === manifest.channel);
    if (!template)
      return [
        {
          ...about,
          code: 'unknown-template',
          path: 'template',
          message: `The template that “${node.name}” uses doesn’t exist anymore.`,
          hint: 'Choose another template in this step.',
        },
      ];
    const { definition, name } = template;
    return [
      ...(definition.kind === 'approved' && definition.state !== 'approved'
        ? [
            {
              ...about,
              code: 'template-not-approved',
              path: 'template',
              message: `“${node.name}” uses “${name}”, which is ${definition.state}: only approved texts are delivered.`,
              hint: 'Choose another one. Once it is approved, change its state in Settings → Channels.',
            },
          ]
        : []),
      ...definition.fields
        .flatMap((field) => problemsOf(field, choice.fields[field.name] ?? ''))
        .map(({ field, message, hint }): Issue => ({
          ...about,
          code: 'template-field',
          path: `template.fields.${field.name}`,
          message: `“${node.name}”: “${field.label}” of the template “${name}” ${message}`,
          hint,
        })),
    ];
  });
}

function problemsOf(field: TemplateField, written: string): Problem[] {
  const { required, maxLength, kind, options = [] } = field;
  const value = written.trim();
  const problem = (message: string, hint: string): Problem[] => [{ field, message, hint }];
  if (value === '') return required ? problem('is empty.', 'Fill it in. Nobody can get the message without it.') : [];
  // What Liquid makes of it is known only for a person.
  if (/\{\{|\{%/.test(value)) return [];
  if (kind === 'choice' && !options.some((option) => option.value === value))
    return problem(
      `is “${value}”, which it doesn’t offer.`,
      `Choose one of: ${options.map(({ label }) => label).join(', ')}.`,
    );
  if (kind === 'url' && !wholeAddress.test(value))
    return problem('isn’t a web address.', 'Write all of it, beginning with https://.');
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength)
    return problem(`has ${length} characters. It can have at most ${maxLength}.`, 'Shorten it.');
  return [];
}
