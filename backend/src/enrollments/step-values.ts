import { Injectable } from '@nestjs/common';
import { entryAt } from '@wend/contract';
import type { Fact, JsonObject, ValuesAnswer } from '@wend/contract';
import { Renderer, fillSettings } from '../content/index.js';
import { storableJson } from '../platform/text/index.js';
import { StepValuesRepository } from './step-values.repository.js';

type ValuesFact = Extract<Fact, { kind: 'values' }>;

/** `traits`: as the run sees them. `entry`: known already where the run is only about to begin. */
export type ValuesAsked = {
  enrollmentId: string;
  profileId: string;
  traits: JsonObject;
  entry?: JsonObject | undefined;
  zone: string;
  at: number;
  facts: readonly ValuesFact[];
};

/** Fills in the Liquid of steps that are no messages, with what messages see. */
@Injectable()
export class StepValues {
  constructor(
    private readonly repository: StepValuesRepository,
    private readonly renderer: Renderer,
  ) {}

  /** In the order of the facts. */
  async answer(scope: { workspaceId: string }, asked: ValuesAsked): Promise<ValuesAnswer[]> {
    if (asked.facts.length === 0) return [];
    const { profileId, traits, zone, at } = asked;
    const around = await this.repository.around(scope, asked);
    const entry = asked.entry ?? around.entry;
    const profile = { ...traits, id: profileId, external_id: around.externalId };
    return Promise.all(
      asked.facts.map(async ({ node, template, types, run = {} }) => {
        const seen = entryAt(node, { entry, run });
        const variables = { profile, entry: seen, event: seen, run, now: new Date(at).toISOString() };
        return storableJson(
          await fillSettings(
            this.renderer,
            { template, types, variables, zones: [zone], language: around.language },
            { tenant: scope.workspaceId },
          ),
        );
      }),
    );
  }
}
