import { Injectable } from '@nestjs/common';
import type { JsonObject, Rule, TraceClause } from '@wend/contract';
import { bindRule } from '@wend/engine';
import { PeopleRules } from '../rules/index.js';

type AskOptions = {
  workspaceId: string;
  profileId: string;
  audience: Rule;
  /** ms, of the run. */
  at: number;
  /** What comes with the person. */
  data: JsonObject;
};
type Waiting = { profileId: string; resolve: (seen: TraceClause) => void; reject: (error: unknown) => void };
type Group = { workspaceId: string; rule: Rule; at: number; waiting: Waiting[] };

/** Nobody is there any more: no condition holds, whatever it says. */
const nobody: TraceClause = { rule: { op: 'any', rules: [] }, result: false, clauses: [] };

/**
 * Whether people are of those whom an entry is for. Who is asked about in one turn of the process by the same rule is
 * asked about in one round trip.
 */
@Injectable()
export class Audience {
  private groups = new Map<string, Group>();

  constructor(private readonly rules: PeopleRules) {}

  /** Whether the person is of the audience, as of this time, and what was seen. */
  ask({ workspaceId, profileId, audience, at, data }: AskOptions): Promise<TraceClause> {
    const rule = bindRule(audience, { entry: data, run: {} });
    // Milliseconds within one turn are no difference; demo people live days before the others.
    const key = `${workspaceId} ${Math.round(at / 60_000)} ${JSON.stringify(rule)}`;
    return new Promise((resolve, reject) => {
      if (this.groups.size === 0) setImmediate(() => void this.answer());
      const group = this.groups.get(key) ?? { workspaceId, rule, at, waiting: [] };
      group.waiting.push({ profileId, resolve, reject });
      this.groups.set(key, group);
    });
  }

  private async answer(): Promise<void> {
    const groups = this.groups;
    this.groups = new Map();
    await Promise.all([...groups.values()].map((group) => this.answerGroup(group)));
  }

  private async answerGroup({ workspaceId, rule, at, waiting }: Group): Promise<void> {
    try {
      const profileIds = [...new Set(waiting.map(({ profileId }) => profileId))];
      const answers = await this.rules.answer({ workspaceId }, { rule, profileIds, at });
      for (const { profileId, resolve } of waiting) resolve(answers.get(profileId)?.trace ?? nobody);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
