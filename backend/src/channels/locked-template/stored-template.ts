import type { ApprovedButton, TemplateDefinition } from '@wend/contract';

/** A template of a workspace as it is now. */
export type StoredTemplate = {
  id: string;
  channel: string;
  name: string;
  /** The connection that it goes out through; null: the channel's first that sends by such templates. */
  connectionId: string | null;
  revision: number;
  definition: TemplateDefinition;
};

/** What a message that goes out by a locked template holds, beside what its channel shows of it. */
export type TemplatedContent = {
  template: { id: string; name: string; revision: number };
  fields: Record<string, string>;
  /** Whose address is asked for when it is sent. */
  lookUp?: { externalId: string };
};

/** What a message of an approved text holds besides: what its network asks for. */
export type ApprovedContent = {
  approved: {
    code: string;
    language?: string;
    /** By the names that the approved text has for them. */
    variables: Record<string, string>;
    /** Those that stand in the text, in their order; others stand in addresses of buttons. */
    textVariables: string[];
    /** `suffix`: what stands where the approved address has its variable, at the end. */
    buttons: (ApprovedButton & { suffix?: string })[];
  };
};

/** The template's part of a message's content; null where it has none. */
export function templatedContent(content: object): TemplatedContent | null {
  const { template, fields, lookUp } = content as Partial<TemplatedContent>;
  if (typeof template?.id !== 'string' || typeof fields !== 'object') return null;
  return { template, fields, ...(lookUp && { lookUp }) };
}

/** The recipient of a message whose address is asked for when it is sent: that is all that is stored. */
export const lookedUp = 'looked up';

/** Whether the address is asked for when a message of it is sent. */
export function hasLookUp(definition: TemplateDefinition): boolean {
  return definition.kind === 'http' && definition.lookUp !== undefined;
}
