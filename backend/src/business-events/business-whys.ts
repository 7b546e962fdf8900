import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { failedWords } from '@wend/contract';
import type { EntryOf } from '@wend/contract';
import { holds } from '@wend/engine';
import { WhySources } from '../enrollments/index.js';
import type { CameFor } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { PeopleRules } from '../rules/index.js';
import { bindAudience } from './bind-audience.js';
import { BusinessEventRepository } from './business-event.repository.js';
import type { LastBusinessEvent } from './business-event.repository.js';

type Asked = { journeyId: string; profileId: string };

/** Says why somebody did not come in by a business event: what came, and what of the rule they are not. */
@Injectable()
export class BusinessWhys implements OnModuleInit {
  constructor(
    private readonly repository: BusinessEventRepository,
    private readonly rules: PeopleRules,
    private readonly sources: WhySources,
  ) {}

  onModuleInit(): void {
    this.sources.addCameFor(async (scope, { entries, ...asked }) => {
      const own = entries.filter((entry): entry is EntryOf<'business'> => entry.kind === 'business');
      if (own.length === 0) return [];
      const last = await this.repository.last(scope, [...new Set(own.map(({ event }) => event))]);
      return Promise.all(
        own.flatMap((entry) => {
          const event = last.get(entry.event);
          return event ? [this.cameFor(scope, { ...asked, entry, event })] : [];
        }),
      );
    });
  }

  private async cameFor(
    scope: Scope,
    { journeyId, profileId, entry, event }: Asked & { entry: EntryOf<'business'>; event: LastBusinessEvent },
  ): Promise<CameFor> {
    const { node, where, audience, most } = entry;
    const came = `The business event “${entry.event}” last came on ${event.at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const nobody = (words: string): CameFor => ({ node, at: event.at, fits: false, trace: null, words });
    const told = event.answer.entries.find((each) => each.journeyId === journeyId && each.entry === node);
    if (!told) return nobody(`${came}, before the journey let people in by it.`);
    if (told.outcome === 'nobody') return nobody(`${came} and let nobody in. ${told.message}`);
    if (!holds(where, { property: event.properties }))
      return nobody(`${came}, and doesn’t match the entry’s filter as it is now.`);
    const bound = bindAudience(audience, event.properties);
    if ('message' in bound) return nobody(`${came}. ${bound.message}`);
    const answers = await this.rules.answer(scope, {
      rule: bound.rule,
      profileIds: [profileId],
      at: event.at.getTime(),
    });
    const trace = answers.get(profileId)?.trace ?? null;
    const known = { node, at: event.at, fits: trace?.result ?? false, trace };
    if (trace && !trace.result) return { ...known, words: `${came}, and they didn’t match: ${failedWords(trace)}.` };
    return {
      ...known,
      words:
        most === undefined
          ? `${came}. They match it now, and didn’t when it came.`
          : `${came}. They match it now, and didn’t when it came, or weren’t among the ${most} people who enter at most.`,
    };
  }
}
