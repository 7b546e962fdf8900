import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { AlarmSettingsService } from './alarm-settings.service.js';
import { AlarmTargetsService } from './alarm-targets.service.js';
import { AlarmsService } from './alarms.service.js';

@Controller()
export class AlarmsController {
  constructor(
    private readonly alarms: AlarmsService,
    private readonly settings: AlarmSettingsService,
    private readonly targets: AlarmTargetsService,
  ) {}

  @Route(api.alarms)
  list({ caller, query }: RouteInput<typeof api.alarms>): Promise<RouteOutput<typeof api.alarms>> {
    return this.alarms.list(caller, query);
  }

  @Route(api.alarmCount)
  async count({ caller }: RouteInput<typeof api.alarmCount>): Promise<RouteOutput<typeof api.alarmCount>> {
    return { open: await this.alarms.count(caller) };
  }

  @Route(api.muteAlarm)
  mute({ caller, params, body }: RouteInput<typeof api.muteAlarm>): Promise<RouteOutput<typeof api.muteAlarm>> {
    return this.alarms.mute(caller, { ...params, ...body });
  }

  @Route(api.alarmSettings)
  async read({ caller }: RouteInput<typeof api.alarmSettings>): Promise<RouteOutput<typeof api.alarmSettings>> {
    const [settings, targets] = await Promise.all([this.settings.read(caller), this.targets.list(caller)]);
    return { ...settings, targets };
  }

  @Route(api.saveAlarmSettings)
  async save({
    caller,
    body,
  }: RouteInput<typeof api.saveAlarmSettings>): Promise<RouteOutput<typeof api.saveAlarmSettings>> {
    await this.settings.save(caller, body);
    return { ok: true };
  }

  @Route(api.muteAlarmKind)
  async muteKind({
    caller,
    body,
  }: RouteInput<typeof api.muteAlarmKind>): Promise<RouteOutput<typeof api.muteAlarmKind>> {
    await this.settings.mute(caller, body);
    return { ok: true };
  }

  @Route(api.removeAlarmOverride)
  async removeOverride({
    caller,
    params,
  }: RouteInput<typeof api.removeAlarmOverride>): Promise<RouteOutput<typeof api.removeAlarmOverride>> {
    await this.settings.removeOverride(caller, params.id);
    return { ok: true };
  }

  @Route(api.addAlarmTarget)
  addTarget({ caller, body }: RouteInput<typeof api.addAlarmTarget>): Promise<RouteOutput<typeof api.addAlarmTarget>> {
    return this.targets.add(caller, body);
  }

  @Route(api.saveAlarmTarget)
  saveTarget({
    caller,
    params,
    body,
  }: RouteInput<typeof api.saveAlarmTarget>): Promise<RouteOutput<typeof api.saveAlarmTarget>> {
    return this.targets.change(caller, { id: params.id, input: body });
  }

  @Route(api.removeAlarmTarget)
  async removeTarget({
    caller,
    params,
  }: RouteInput<typeof api.removeAlarmTarget>): Promise<RouteOutput<typeof api.removeAlarmTarget>> {
    await this.targets.remove(caller, params.id);
    return { ok: true };
  }

  @Route(api.testAlarmTarget)
  testTarget({
    caller,
    params,
  }: RouteInput<typeof api.testAlarmTarget>): Promise<RouteOutput<typeof api.testAlarmTarget>> {
    return this.targets.test(caller, params.id);
  }
}
