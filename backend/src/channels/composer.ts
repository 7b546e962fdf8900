import { Injectable } from '@nestjs/common';
import { templateChoice } from '@wend/contract';
import type { Channel, JsonObject, TemplateChoice } from '@wend/contract';
import type { ChannelCode, MessageLinks, MessageProblem } from '@wend/node-sdk';
import { Renderer, TrackingLinks } from '../content/index.js';
import type { TrackedMessage, Variables, Zones } from '../content/index.js';
import { Config } from '../platform/config/index.js';
import { storableJson } from '../platform/text/index.js';
import { ChannelRegistry } from './channel-registry.js';
import { composeTemplated, fieldTemplates } from './locked-template/compose-template.js';
import type { StoredTemplate } from './locked-template/stored-template.js';
import { ShortLinks } from './short-links/short-links.js';
import { TemplateReader } from './locked-template/template-reader.js';

export type Composed =
  | { kind: 'content'; content: JsonObject; warnings: MessageProblem[] }
  | { kind: 'aborted'; reason: string }
  | { kind: 'errors'; errors: MessageProblem[] };

type ComposeOptions = {
  tenant: string;
  urgent?: boolean;
  channel: Channel;
  config: JsonObject;
  variables: Variables;
  zones?: Zones;
  language?: string;
  settings?: Record<string, unknown>;
  tracked?: TrackedMessage;
};

type Chosen = { choice: TemplateChoice; stored: StoredTemplate };

/** Makes a message of a node's config and the data of a person and run, as its channel has it. */
@Injectable()
export class Composer {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly renderer: Renderer,
    private readonly links: TrackingLinks,
    private readonly config: Config,
    private readonly templates: TemplateReader,
    private readonly shortLinks: ShortLinks,
  ) {}

  /**
   * `tenant` (a workspace) is whose turn it is, and what is `urgent` has turns of its own; `settings` are those of the
   * connection that it goes out through, `zones` where the person lives, `language` what months and weekdays are named
   * in (programs read English). With `tracked`, links and a pixel lead through Wend; without (a preview) they stay as
   * written.
   */
  async compose({
    tenant,
    urgent = false,
    channel: name,
    config,
    variables,
    zones,
    language,
    settings = {},
    tracked,
  }: ComposeOptions): Promise<Composed> {
    const channel = this.registry.get(name);
    const short = tracked && channel.shortensLinks ? await this.shortLinks.of(tracked) : null;
    const links = { ...this.linksOf(tracked), shorten: (text: string) => short?.shorten(text) ?? text };
    const chosen = await this.templateOf(tenant, name, config);
    if (typeof chosen === 'string') return { kind: 'errors', errors: [{ path: 'template', message: chosen }] };
    const result = await this.renderer.render(
      {
        templates: chosen ? fieldTemplates(chosen.stored.definition, chosen.choice) : channel.templates(config),
        variables: {
          ...variables,
          unsubscribe_url: links.unsubscribe,
          preferences_url: this.links.preferencesUrl(tracked),
          confirm_url: this.links.confirmUrl(tracked),
        },
        ...(zones && { zones }),
        ...(language !== undefined && channel.definition.address && { language }),
        mail: channel.mail && !chosen,
      },
      { tenant: urgent ? `${tenant}/urgent` : tenant },
    );
    if (result.kind !== 'values') return result;
    // Filters can cut characters in half, and make NUL: such content could not be stored, and its message never be
    // sent.
    const given = { links, settings, publicUrl: this.config.publicUrl };
    const values = storableJson(result.values);
    const { content, problems } = chosen
      ? templated(channel, { ...chosen, values, variables, given })
      : channel.compose({ config, values, mail: storableJson(result.mail), ...given });
    if (problems.length > 0) return { kind: 'errors', errors: problems };
    await short?.keep();
    return { kind: 'content', content, warnings: result.warnings };
  }

  /** The template that a step chose; an error when it is gone. */
  private async templateOf(tenant: string, channel: string, config: JsonObject): Promise<Chosen | string | null> {
    const choice = templateChoice(config);
    if (!choice) return null;
    const stored = await this.templates.find({ workspaceId: tenant }, choice.id);
    if (stored?.channel !== channel) return 'does not exist any more; choose another one in this step';
    return { choice, stored };
  }

  private linksOf(tracked: TrackedMessage | undefined): Omit<MessageLinks, 'shorten'> {
    return {
      unsubscribe: this.links.unsubscribeUrl(tracked),
      click: (url) => (tracked ? this.links.clickUrl({ ...tracked, url }) : url),
      open: () => (tracked ? this.links.openUrl(tracked) : null),
      bounceToken: () => (tracked ? this.links.bounceToken(tracked) : null),
      trap: () => (tracked ? this.links.trapUrl(tracked) : null),
      report: () => (tracked ? this.links.reportUrl(tracked) : null),
    };
  }
}

type TemplatedOptions = Chosen & {
  values: Record<string, string>;
  variables: Variables;
  given: Pick<Parameters<ChannelCode['compose']>[0], 'links' | 'settings' | 'publicUrl'>;
};

/** A message by a template: what the channel shows of it is made by the channel, but the template says what is right. */
function templated(
  channel: ChannelCode,
  { stored, values, variables, given }: TemplatedOptions,
): { content: JsonObject; problems: MessageProblem[] } {
  const externalId = variables.profile['external_id'];
  const short = Object.fromEntries(Object.entries(values).map(([path, value]) => [path, given.links.shorten(value)]));
  const made = composeTemplated({
    stored,
    values: short,
    externalId: typeof externalId === 'string' ? externalId : null,
  });
  const parts = Object.fromEntries(
    channel.definition.content.flatMap(({ name }) => {
      const shown = made.shown[name];
      return typeof shown === 'string' ? [[name, shown]] : [];
    }),
  );
  const own = channel.mail
    ? { content: parts, problems: [] }
    : channel.compose({ config: {}, values: parts, ...given });
  return {
    content: { ...own.content, ...made.content },
    // What a template of one's own says is right is right; an approved text has the network's limits besides.
    problems: [...made.problems, ...(stored.definition.kind === 'approved' ? own.problems : [])],
  };
}
