import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { HoldoutService } from './holdout.service.js';
import { checkLimitChannels, checkQuietChannels } from './named-channels.js';
import { NamedTopics } from './named-topics.js';
import { OverviewService } from './overview.service.js';
import { QuietSettingsService } from './quiet-settings.service.js';
import { RuleSettings } from './rule-settings.service.js';

/** Settings → Delivery, and what a journey says of it. */
@Controller()
export class DeliveryRulesController {
  constructor(
    private readonly settings: RuleSettings,
    private readonly holdouts: HoldoutService,
    private readonly overviews: OverviewService,
    private readonly quietSettings: QuietSettingsService,
    private readonly topics: NamedTopics,
    private readonly audit: AuditLog,
  ) {}

  @Route(api.deliveryOverview)
  overview({ caller }: RouteInput<typeof api.deliveryOverview>): Promise<RouteOutput<typeof api.deliveryOverview>> {
    return this.overviews.overview(caller);
  }

  @Route(api.holdout)
  holdout({ caller }: RouteInput<typeof api.holdout>): Promise<RouteOutput<typeof api.holdout>> {
    return this.holdouts.state(caller);
  }

  @Route(api.saveHoldout)
  async saveHoldout({
    caller,
    body,
  }: RouteInput<typeof api.saveHoldout>): Promise<RouteOutput<typeof api.saveHoldout>> {
    await this.topics.check(caller, [{ path: 'exceptTopics', topics: body.exceptTopics }]);
    return this.holdouts.save(caller, body);
  }

  @Route(api.caps)
  async caps({ caller }: RouteInput<typeof api.caps>): Promise<RouteOutput<typeof api.caps>> {
    return (await this.settings.read(caller)).caps;
  }

  @Route(api.saveCaps)
  async saveCaps({ caller, body }: RouteInput<typeof api.saveCaps>): Promise<RouteOutput<typeof api.saveCaps>> {
    checkLimitChannels(body.limits);
    await this.topics.checkLimits(caller, body.limits);
    const saved = await this.settings.saveCaps(caller, body);
    await this.audit.record(caller, {
      action: 'delivery.caps',
      subject: `workspace:${caller.workspaceId}`,
      detail: { ...saved },
    });
    return saved;
  }

  @Route(api.quietHours)
  quietHours({ caller }: RouteInput<typeof api.quietHours>): Promise<RouteOutput<typeof api.quietHours>> {
    return this.quietSettings.read(caller);
  }

  @Route(api.saveQuietHours)
  async saveQuietHours({
    caller,
    body,
  }: RouteInput<typeof api.saveQuietHours>): Promise<RouteOutput<typeof api.saveQuietHours>> {
    checkQuietChannels(body);
    await this.topics.checkQuiet(caller, body);
    const saved = await this.quietSettings.save(caller, body);
    await this.audit.record(caller, {
      action: 'delivery.quiet-hours',
      subject: `workspace:${caller.workspaceId}`,
      detail: { ...saved },
    });
    return saved;
  }

  @Route(api.journeyDelivery)
  journey({
    caller,
    params,
  }: RouteInput<typeof api.journeyDelivery>): Promise<RouteOutput<typeof api.journeyDelivery>> {
    return this.settings.journey(caller, params.id);
  }

  @Route(api.saveJourneyDelivery)
  async saveJourney({
    caller,
    params,
    body,
  }: RouteInput<typeof api.saveJourneyDelivery>): Promise<RouteOutput<typeof api.saveJourneyDelivery>> {
    if (body.caps.mode === 'own') checkLimitChannels(body.caps.limits, 'caps.limits');
    if (body.caps.mode === 'own') await this.topics.checkLimits(caller, body.caps.limits, 'caps.limits');
    const saved = await this.settings.saveJourney(caller, { id: params.id, ...body });
    await this.audit.record(caller, {
      action: 'journey.delivery',
      subject: `journey:${params.id}`,
      detail: { ...body },
    });
    return saved;
  }
}
