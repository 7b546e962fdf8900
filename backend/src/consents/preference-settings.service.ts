import { Injectable } from '@nestjs/common';
import { personChannels } from '@wend/contract';
import type { api, ConsentTrait, PreferencePage } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Watches } from '../changes/index.js';
import { TrackingLinks } from '../content/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Caller, RouteOutput } from '../platform/http/index.js';
import { ConsentTraitRepository } from './consent-trait.repository.js';
import { PersonConsentsRepository } from './person-consents.repository.js';
import { PreferenceRepository } from './preference.repository.js';
import { TopicRepository } from './topic.repository.js';

const watcher = 'consents/traits';

/** How people say what they want: the hosted page, links to it, and traits that say it. */
@Injectable()
export class PreferenceSettingsService {
  constructor(
    private readonly pages: PreferenceRepository,
    private readonly traits: ConsentTraitRepository,
    private readonly people: PersonConsentsRepository,
    private readonly topics: TopicRepository,
    private readonly links: TrackingLinks,
    private readonly watches: Watches,
    private readonly audit: AuditLog,
  ) {}

  page(caller: Caller): Promise<PreferencePage> {
    return this.pages.page(caller);
  }

  async savePage(caller: Caller, page: PreferencePage): Promise<PreferencePage> {
    await this.topics.transaction(async (sql) => {
      await this.pages.save(caller, { sql, page });
      await this.audit.record(caller, {
        action: 'preferences.page',
        subject: `workspace:${caller.workspaceId}`,
        detail: { logo: page.logo, color: page.color, languages: Object.keys(page.texts) },
        sql,
      });
    });
    return page;
  }

  mapped(caller: Caller): Promise<ConsentTrait[]> {
    return this.traits.list(caller);
  }

  /** 422 for channels and topics that are not there. What traits have said before stays. */
  async saveMapped(caller: Caller, items: readonly ConsentTrait[]): Promise<ConsentTrait[]> {
    const channels = personChannels();
    const topics = new Set((await this.topics.list(caller)).map(({ key }) => key));
    const errors = items.flatMap(({ channel, topic }, index) => [
      ...(channels.includes(channel) ? [] : [{ path: `items.${index}.channel`, message: 'is no channel of people' }]),
      ...(topic === null || topics.has(topic) ? [] : [{ path: `items.${index}.topic`, message: 'is no topic' }]),
    ]);
    if (errors.length > 0)
      throw new UserError('invalid-consent-traits', 'These traits can’t be mapped so; see "errors".', {
        status: 422,
        errors,
      });
    await this.topics.transaction(async (sql) => {
      await this.traits.save(caller, { sql, items });
      await this.watches.set(caller, {
        sql,
        watcher,
        watches:
          items.length === 0
            ? []
            : [
                ...[...new Set(items.map(({ trait }) => trait))].map((name) => ({ what: 'trait' as const, name })),
                { what: 'profile', name: 'created' },
                { what: 'profile', name: 'merged' },
              ],
      });
      await this.audit.record(caller, {
        action: 'preferences.traits',
        subject: `workspace:${caller.workspaceId}`,
        detail: { traits: items.map(({ trait }) => trait) },
        sql,
      });
    });
    return this.traits.list(caller);
  }

  async link(caller: Caller, id: string): Promise<RouteOutput<typeof api.preferencesLink>> {
    const person = await this.people.person(caller, id);
    if (!person) throw notFound('profile');
    const token = this.links.personPreferencesToken({ workspaceId: caller.workspaceId, profileId: person.id });
    return { url: this.links.preferencesAddress(token), token };
  }
}
