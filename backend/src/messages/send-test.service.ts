import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { messageClassOf, templateChoice } from '@wend/contract';
import type { Channel, JsonObject, SendTestResult } from '@wend/contract';
import type { ChannelCode, Device, SendResult } from '@wend/node-sdk';
import { AuditLog } from '../access/index.js';
import { ChannelRegistry, ChannelsService, TemplateReader, isProviderError, lookedUp } from '../channels/index.js';
import type { Candidate, Route, StoredTemplate } from '../channels/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { PerMinute } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { MessageRepository } from './message.repository.js';
import { PreviewService } from './preview.service.js';

type SendOptions = {
  channel: Channel;
  config?: JsonObject | undefined;
  connectionId?: string | undefined;
  to?: string | undefined;
  profileId?: string | undefined;
  entry?: JsonObject | undefined;
};
type Sent = SendTestResult;
type Receiver = { recipient: string | null; devices: Device[] };

const patienceMs = 30_000;
const answerKept = 4_000;
/** Tests of one member in a minute. */
const perMinute = 20;
const mark = '[Test] ';

/** Sends one message to somebody who wants to see it arrive. It belongs to no run, is counted nowhere and not kept. */
@Injectable()
export class SendTestService {
  private readonly tries = new PerMinute({
    most: perMinute,
    code: 'too-many-tests',
    message: 'You have sent many tests in the last minute. Wait a moment and try again.',
  });

  constructor(
    private readonly registry: ChannelRegistry,
    private readonly channels: ChannelsService,
    private readonly previews: PreviewService,
    private readonly messages: MessageRepository,
    private readonly audit: AuditLog,
    private readonly templates: TemplateReader,
  ) {}

  /**
   * Out for real, also while the channel is in the sandbox. What the provider says, well or not, is the answer; a
   * message that cannot be made, or has nowhere to go, throws a `UserError`.
   */
  async send(caller: Caller, options: SendOptions): Promise<Sent> {
    const channel = this.registry.get(options.channel);
    const config = options.config ?? channel.sample;
    if (!config)
      throw new UserError(
        'config-needed',
        `There’s no sample for ${channel.definition.label}: send the test from a step of a journey.`,
        { status: 422 },
      );
    const choice = templateChoice(config);
    const template = choice && (await this.templates.find(caller, choice.id));
    // Whoever enters an address gets the test, and nobody is looked up.
    const looks = options.to === undefined && looksUp(template);
    const receiver = looks
      ? { recipient: lookedUp, devices: [] }
      : await this.receiverOf(caller, { ...options, channel });
    this.tries.count(caller);
    const candidate = await this.candidateFor(caller, { ...options, config, receiver, template });
    const { id, name } = candidate;
    const sentBy = {
      to: channel.definition.address?.devices ? null : receiver.recipient,
      connection: id === null ? null : { id, name },
    };
    try {
      const route = candidate.open();
      const { lookUp, ...rest } = await this.contentFor(caller, { ...options, config, route });
      const content = looks && lookUp !== undefined ? { ...rest, lookUp } : rest;
      const devices = [...channel.devicesFor(content, receiver.devices)];
      const result = await this.hand({ scope: caller, channel, route, content, receiver: { ...receiver, devices } });
      return {
        ok: true,
        message: wordsOf(result, candidate.name),
        answer: result.answer?.slice(0, answerKept) ?? result.detail ?? null,
        ...sentBy,
      };
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return {
        ok: false,
        message: error.message,
        answer: error.answer?.slice(0, answerKept) ?? null,
        ...sentBy,
      };
    } finally {
      await this.audit.record(caller, {
        action: 'message.test',
        subject: candidate.id === null ? `channel:${options.channel}` : `connection:${candidate.id}`,
        detail: { channel: options.channel, to: sentBy.to },
      });
    }
  }

  private async receiverOf(
    caller: Caller,
    { channel, to, profileId }: Pick<SendOptions, 'to' | 'profileId'> & { channel: ChannelCode },
  ): Promise<Receiver> {
    const { address, label } = channel.definition;
    if (!address) return { recipient: null, devices: [] };
    if (address.devices) return this.devicesOf(caller, { channel, profileId });
    const given = to ?? ownAddress(caller, channel);
    if (given === null)
      throw new UserError('address-needed', `Enter the ${label} address to send the test to.`, {
        status: 422,
        errors: [{ path: 'to', message: 'is required' }],
      });
    const country = await this.messages.country(caller);
    const recipient = address.trait === undefined ? given : channel.addressOf({ [address.trait]: given }, { country });
    if (recipient === null)
      throw new UserError('bad-address', `“${given}” is no ${address.noun}.`, {
        status: 422,
        errors: [{ path: 'to', message: `is no ${address.noun}` }],
      });
    return { recipient, devices: [] };
  }

  private async devicesOf(
    scope: Scope,
    { channel, profileId }: { channel: ChannelCode; profileId: string | undefined },
  ): Promise<Receiver> {
    if (profileId === undefined)
      throw new UserError('profile-needed', 'Choose the person whose device gets the test.', {
        status: 422,
        errors: [{ path: 'profileId', message: 'is required' }],
      });
    const devices = this.registry.devicesOf(channel, await this.messages.devices(scope, profileId));
    if (devices.length === 0)
      throw new UserError('unreachable', `This person has no ${channel.definition.address!.noun}.`, { status: 422 });
    return { recipient: devices[0]!.token, devices };
  }

  private async candidateFor(
    scope: Scope,
    {
      channel,
      connectionId,
      config,
      receiver,
      template,
    }: SendOptions & { config: JsonObject; receiver: Receiver; template: StoredTemplate | null },
  ): Promise<Candidate> {
    if (connectionId !== undefined) {
      const chosen = await this.channels.routeBy(scope, { channel, id: connectionId });
      if (!chosen) throw notFound('connection');
      return chosen;
    }
    const table = await this.channels.routing(scope);
    const topic = config['topic'];
    const [first] = this.channels.routesFor(scope, {
      // A test is meant to arrive.
      table: { ...table, sandboxed: [] },
      routed: {
        channel,
        origin: 'live',
        recipient: receiver.recipient,
        country: null,
        messageClass: messageClassOf(config),
        topic: typeof topic === 'string' ? topic : null,
        template: template && { kind: template.definition.kind, connectionId: template.connectionId },
      },
    });
    if (first) return first;
    const { label } = this.registry.get(channel).definition;
    throw new UserError(
      'no-provider',
      `${label} has no connection that takes this message. Add one in Settings → Channels.`,
      {
        status: 422,
      },
    );
  }

  private async contentFor(
    scope: Scope,
    { channel, config, profileId, entry, route }: SendOptions & { config: JsonObject; route: Route },
  ): Promise<JsonObject> {
    const settings = route.connection?.settings ?? {};
    const { content, errors } = await this.previews.render(scope, { channel, config, profileId, entry, settings });
    if (!content)
      throw new UserError('invalid-message', 'This message can’t be sent; see "errors".', { status: 422, errors });
    const { subject } = content;
    return {
      ...(content as JsonObject),
      ...(typeof subject === 'string' && { subject: `${mark}${subject}` }),
    };
  }

  private hand({
    scope,
    channel,
    route,
    content,
    receiver,
  }: {
    scope: Scope;
    channel: ChannelCode;
    route: Route;
    content: JsonObject;
    receiver: Receiver;
  }): Promise<SendResult> {
    const id = randomUUID();
    return route.provider.send({
      message: { id, workspaceId: scope.workspaceId, channel: channel.definition.name },
      content,
      recipient: receiver.recipient,
      devices: receiver.devices,
      idempotencyKey: id,
      connection: route.connection,
      signal: AbortSignal.timeout(patienceMs),
      handingOver: () => Promise.resolve(),
    });
  }
}

function looksUp(template: StoredTemplate | null): boolean {
  return template?.definition.kind === 'http' && template.definition.lookUp !== undefined;
}

/** A member's own, where the channel reaches people by what members sign in with. */
function ownAddress({ actor }: Caller, { definition }: ChannelCode): string | null {
  return definition.address?.ofMembers === true && actor.kind === 'member' ? actor.email : null;
}

function wordsOf({ status }: SendResult, name: string): string {
  return status === 'delivered' ? `Delivered through ${name}.` : `${name} has taken the message.`;
}
