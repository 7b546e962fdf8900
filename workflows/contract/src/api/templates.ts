import { z } from 'zod';
import { templateDefinition, templateField } from '../locked-template.js';
import { channel } from '../rule.js';
import { templateEndpoints } from './endpoints.js';
import { id, idParams, isoTime, noContent, route } from './route.js';

/** What whoever builds journeys sees of a template. */
export const channelTemplateSummary = z.object({
  id,
  channel,
  name: z.string(),
  kind: z.enum(['http', 'approved']),
  connectionId: id.nullable(),
  fields: z.array(templateField),
  /** The address comes from a server of one's own: people without one can be reached. */
  lookUp: z.boolean(),
  revision: z.number().int(),
  archivedAt: isoTime.nullable(),
  updatedAt: isoTime,
});
export type ChannelTemplateSummary = z.infer<typeof channelTemplateSummary>;
export const channelTemplate = channelTemplateSummary.extend({ definition: templateDefinition });
export type ChannelTemplate = z.infer<typeof channelTemplate>;

const name = z.string().trim().min(1).max(120);
/** `connectionId` null: any connection of the channel that takes templates. */
const written = z.object({ name, connectionId: id.nullable().default(null), definition: templateDefinition });

export const templatesApi = {
  channelTemplates: route({
    ...templateEndpoints.channelTemplates,
    summary: 'Locked templates: those of a channel, or all',
    query: z.object({ channel: channel.optional(), archived: z.enum(['true', 'false']).default('false') }),
    response: z.object({ items: z.array(channelTemplateSummary) }),
  }),
  channelTemplate: route({
    ...templateEndpoints.channelTemplate,
    summary: 'A locked template as it was written',
    params: idParams,
    response: channelTemplate,
  }),
  createChannelTemplate: route({
    ...templateEndpoints.createChannelTemplate,
    summary: 'Write a locked template',
    body: written.extend({ channel }),
    response: channelTemplate,
  }),
  /** `revision` is the one that was changed: when somebody else has saved meanwhile it is answered with 409. */
  updateChannelTemplate: route({
    ...templateEndpoints.updateChannelTemplate,
    summary: 'Change a locked template; messages from now on follow it',
    params: idParams,
    body: written.extend({ revision: z.number().int().min(1) }),
    response: channelTemplate,
  }),
  archiveChannelTemplate: route({
    ...templateEndpoints.archiveChannelTemplate,
    summary: 'Archive a locked template, or bring it back; steps that use one that is archived go on',
    status: 200,
    params: idParams,
    body: z.object({ archived: z.boolean() }),
    response: channelTemplate,
  }),
  removeChannelTemplate: route({
    ...templateEndpoints.removeChannelTemplate,
    summary: 'Delete a locked template; messages of steps that use it fail then',
    params: idParams,
    response: noContent,
  }),
  /** Truly sends: to `to`, or with a look-up to whom `externalId` names. */
  tryChannelTemplate: route({
    ...templateEndpoints.tryChannelTemplate,
    summary: 'Send one message by a locked template, saved or not',
    status: 200,
    body: z.object({
      channel,
      connectionId: id.nullable().default(null),
      definition: templateDefinition,
      fields: z.record(z.string(), z.string().max(20_000)),
      to: z.string().trim().max(320).optional(),
      externalId: z.string().trim().max(200).optional(),
    }),
    response: z.object({
      ok: z.boolean(),
      message: z.string(),
      providerId: z.string().nullable(),
      /** What the provider answered; an address that was looked up is blacked out. */
      answer: z.string().nullable(),
    }),
  }),
} as const;
