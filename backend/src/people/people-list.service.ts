import { Injectable } from '@nestjs/common';
import type { Page, ProfileFilter, ProfileSummary } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { ProfileRepository, phoneNumberOf, profileSummaryOf } from '../profiles/index.js';
import { PeopleListRepository, mostCounted } from './people-list.repository.js';
import type { PeopleFilter, Sort } from './people-list.repository.js';

type PageOptions = ProfileFilter & { cursor?: string | undefined; limit: number; sort: Sort };

/** Finds people: by name, address, id, segment or rule. */
@Injectable()
export class PeopleListService {
  constructor(
    private readonly lists: PeopleListRepository,
    private readonly profiles: ProfileRepository,
  ) {}

  /** A page; throws when the filter asks for what cannot be. */
  async page(scope: Scope, { cursor, limit, sort, ...filter }: PageOptions): Promise<Page<ProfileSummary>> {
    const asked = await this.filterOf(scope, filter);
    const { rows, next } = await this.lists.page(scope, { ...asked, cursor, limit, sort });
    return { items: rows.map(profileSummaryOf), next };
  }

  async count(scope: Scope, filter: ProfileFilter): Promise<{ count: number; more: boolean }> {
    const found = await this.lists.count(scope, await this.filterOf(scope, filter));
    return { count: Math.min(found, mostCounted), more: found > mostCounted };
  }

  private async filterOf(scope: Scope, { phone, ...filter }: ProfileFilter): Promise<PeopleFilter> {
    const ids = phone === undefined ? undefined : await this.withPhone(scope, phone);
    return { search: filter.search, email: filter.email, externalId: filter.externalId, segment: filter.segment, ids };
  }

  private async withPhone(scope: Scope, phone: string): Promise<string[]> {
    const country = await this.profiles.countryOf(scope);
    const number = phoneNumberOf({ phone }, country);
    if (number === null)
      throw new UserError(
        'invalid-request',
        'This isn’t a telephone number. Give it with its country code, such as +82 10 1234 5678.',
        {
          errors: [{ path: 'phone', message: 'must be a telephone number' }],
        },
      );
    return (await this.profiles.withNumber(scope, { number, country })).map(({ id }) => id);
  }
}
