import { Injectable } from '@nestjs/common';
import { isSafeJson, placeIn, rule as ruleShape, ruleProblems, unknownFields } from '@wend/contract';
import type { Page, ProfileFilter, ProfileSummary, Rule } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { ProfileRow } from '../profiles/index.js';
import { ProfileRepository, phoneNumberOf, profileSummaryOf } from '../profiles/index.js';
import { RuleNames, runProblems } from '../rules/index.js';
import { PeopleListRepository, mostCounted } from './people-list.repository.js';
import type { PeopleFilter, Sort } from './people-list.repository.js';

type PageOptions = ProfileFilter & { cursor?: string | undefined; limit: number; sort: Sort };

const atOnce = 500;

/** Finds people: by name, address, id, segment or rule. */
@Injectable()
export class PeopleListService {
  constructor(
    private readonly lists: PeopleListRepository,
    private readonly profiles: ProfileRepository,
    private readonly names: RuleNames,
  ) {}

  /** A page; throws when the filter asks for what cannot be, or for a segment that is not there (404). */
  async page(scope: Scope, { cursor, limit, sort, ...filter }: PageOptions): Promise<Page<ProfileSummary>> {
    const asked = await this.filterOf(scope, filter);
    const { rows, next } = await this.lists.page(scope, { ...asked, cursor, limit, sort });
    return { items: rows.map(profileSummaryOf), next };
  }

  async count(scope: Scope, filter: ProfileFilter): Promise<{ count: number; more: boolean }> {
    const found = await this.lists.count(scope, await this.filterOf(scope, filter));
    return { count: Math.min(found, mostCounted), more: found > mostCounted };
  }

  /**
   * Finds all whom a filter finds, once, for `gathered`; whoever asks deletes them from `export_people` in the end. Throws
   * when the filter asks for what cannot be.
   */
  async gather(scope: Scope, { exportId, filter }: { exportId: string; filter: ProfileFilter }): Promise<void> {
    await this.lists.gather(scope, { ...(await this.filterOf(scope, filter)), exportId });
  }

  /** Throws when a filter asks for what cannot be. */
  async check(scope: Scope, filter: ProfileFilter): Promise<void> {
    await this.filterOf(scope, filter);
  }

  /**
   * Those who were gathered, some at a time, as they are now: each once. Throws when they are not whole any more, instead
   * of ending.
   */
  async *gathered(scope: Scope, exportId: string): AsyncGenerator<ProfileRow[]> {
    for (let after: number | null = 0; after !== null;) {
      const { rows, last }: { rows: ProfileRow[]; last: number | null } = await this.lists.gathered(scope, {
        exportId,
        after,
        limit: atOnce,
      });
      if (rows.length > 0) yield rows;
      after = last;
    }
  }

  private async filterOf(scope: Scope, { phone, ...filter }: ProfileFilter): Promise<PeopleFilter> {
    const ids = phone === undefined ? undefined : await this.withPhone(scope, phone);
    const rule = filter.rule === undefined ? undefined : ruleOf(filter.rule);
    if (rule) await this.names.check(scope, { rule });
    if (filter.segment !== undefined && !(await this.lists.hasSegment(scope, filter.segment)))
      throw notFound('segment');
    return {
      search: filter.search,
      email: filter.email,
      externalId: filter.externalId,
      segment: filter.segment,
      rule,
      ids,
    };
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

/** A rule that is sent with a list; throws where it is none about people. */
function ruleOf(text: string): Rule {
  const given = jsonOf(text);
  const parsed = ruleShape.safeParse(given);
  if (!parsed.success)
    throw invalidRule(
      parsed.error.issues.map(({ path, message }) => ({ path: ['rule', ...path.map(String)].join('.'), message })),
    );
  const unknown = unknownFields({ given, read: parsed.data });
  if (unknown.length > 0)
    throw invalidRule(unknown.map(({ path, message }) => ({ path: placeIn(['rule', ...path]), message })));
  const problems = [...ruleProblems({ rule: parsed.data, scope: 'profile' }), ...runProblems(parsed.data)];
  if (problems.length > 0)
    throw invalidRule(problems.map(({ path, message }) => ({ path: path === '' ? 'rule' : `rule.${path}`, message })));
  return parsed.data;
}

function jsonOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidRule([{ path: 'rule', message: 'must be JSON' }]);
  }
  if (!isSafeJson(value))
    throw invalidRule([{ path: 'rule', message: 'has keys, numbers or levels that no rule has' }]);
  return value;
}

function invalidRule(errors: { path: string; message: string }[]): UserError {
  return new UserError('invalid-rule', 'This rule can’t be asked of people; see "errors".', {
    status: 422,
    errors: errors.slice(0, 50),
  });
}
