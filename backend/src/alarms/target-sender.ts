import { Injectable } from '@nestjs/common';
import type { AlarmTargetKind } from '@wend/contract';
import { ChannelRegistry, ChannelsService } from '../channels/index.js';
import { Config } from '../platform/config/index.js';
import type { Scope } from '../platform/database/index.js';
import { SafeHttpClient } from '../platform/outbound/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { AlarmTargetRepository } from './alarm-target.repository.js';
import type { TargetRow } from './alarm-target.repository.js';
import type { Notice } from './notice.js';

import { members } from './targets/members.js';
import { slack } from './targets/slack.js';
import type { Tell } from './targets/target.js';
import { webhook } from './targets/webhook.js';

const purpose = 'alarm-target';
type SendOptions = {
  target: Pick<TargetRow, 'id' | 'kind' | 'secrets'>;
  id: string;
  /** The member it goes to; empty where the target names none. */
  recipient: string;
  notice: Notice;
};

/** Hands one notice to one receiver, each kind of target in its own way. */
@Injectable()
export class TargetSender {
  private readonly tells: Record<AlarmTargetKind, Tell>;

  constructor(
    private readonly targets: AlarmTargetRepository,
    private readonly secrets: Secrets,
    private readonly config: Config,
    http: SafeHttpClient,
    registry: ChannelRegistry,
    channels: ChannelsService,
  ) {
    this.tells = { members: members({ registry, channels }), webhook: webhook(http), slack: slack(http) };
  }

  /** Resolves when it was taken; throws an `Error` in words, `Untellable` where trying again is no use. */
  async send(scope: Scope, { target, id, recipient, notice }: SendOptions): Promise<void> {
    const [name, addresses] = await Promise.all([
      this.targets.workspaceName(scope),
      recipient === '' ? null : this.targets.addresses(scope, [recipient]),
    ]);
    await this.tells[target.kind]({
      workspaceId: scope.workspaceId,
      id,
      notice,
      publicUrl: this.config.publicUrl,
      workspaceName: name,
      secrets: this.open(scope, target),
      address: addresses?.get(recipient) ?? null,
    });
  }

  seal({ workspaceId }: Scope, { id, secrets }: { id: string; secrets: Record<string, string> }): Buffer | null {
    if (Object.keys(secrets).length === 0) return null;
    return this.secrets.seal({ purpose, context: `${workspaceId}:${id}`, plain: JSON.stringify(secrets) });
  }

  /** Throws in a sentence when they cannot be opened any more. */
  open({ workspaceId }: Scope, { id, secrets }: Pick<TargetRow, 'id' | 'secrets'>): Record<string, string> {
    if (!secrets) return {};
    const plain = this.secrets.open({ purpose, context: `${workspaceId}:${id}`, sealed: secrets });
    return JSON.parse(plain) as Record<string, string>;
  }
}
