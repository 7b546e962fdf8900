import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { PreferenceSettingsService } from './preference-settings.service.js';

/** The hosted page and the traits that say what people want, under Settings. */
@Controller()
export class PreferenceSettingsController {
  constructor(private readonly service: PreferenceSettingsService) {}

  @Route(api.preferencePage)
  page({ caller }: RouteInput<typeof api.preferencePage>): Promise<RouteOutput<typeof api.preferencePage>> {
    return this.service.page(caller);
  }

  @Route(api.savePreferencePage)
  savePage({
    caller,
    body,
  }: RouteInput<typeof api.savePreferencePage>): Promise<RouteOutput<typeof api.savePreferencePage>> {
    return this.service.savePage(caller, body);
  }

  @Route(api.consentTraits)
  async mapped({ caller }: RouteInput<typeof api.consentTraits>): Promise<RouteOutput<typeof api.consentTraits>> {
    return { items: await this.service.mapped(caller) };
  }

  @Route(api.saveConsentTraits)
  async saveMapped({
    caller,
    body,
  }: RouteInput<typeof api.saveConsentTraits>): Promise<RouteOutput<typeof api.saveConsentTraits>> {
    return { items: await this.service.saveMapped(caller, body.items) };
  }

  @Route(api.preferencesLink)
  link({ caller, params }: RouteInput<typeof api.preferencesLink>): Promise<RouteOutput<typeof api.preferencesLink>> {
    return this.service.link(caller, params.id);
  }
}
