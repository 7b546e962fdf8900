import { Injectable } from '@nestjs/common';
import type { Json, JsonObject, Mark, Program } from '@wend/contract';
import { bindFact, entryPoint, pickPaths } from '@wend/engine';
import type { EnrollmentStart } from '@wend/temporal';
import { personIn } from './enrolling.repository.js';
import type { EnteredJourney } from './candidate.js';
import { FactsService } from './facts.service.js';
import type { StoredStart } from './program.repository.js';
import type { QueuedEvent } from './router.repository.js';

/**
 * What brings a person to the door of a journey: an event, or something that is told like one. `time`: when it happened
 * (ms); `mark`: what the person did after it is new to the run.
 */
export type Arrival = {
  id: string;
  profileId: string;
  name: string;
  time: number;
  properties: JsonObject;
  mark: Mark;
  receivedAt: Date;
  runOffsetMs: number;
  /** How many actions of runs led to it, one by the other. */
  depth: number;
  origin: 'live' | 'demo' | 'test';
};

export type PrepareOptions = {
  arrival: Arrival;
  entry: Pick<EnteredJourney, 'workspace_id' | 'journey_id' | 'version_id'>;
  /** The entry that the person comes in by. */
  node: string;
  program: Program;
  enrollmentId: string;
};

/** What runs start with. */
@Injectable()
export class EntryStarts {
  constructor(private readonly facts: FactsService) {}

  /** The facts of the run's first stretch go with its start, so that it need not ask. */
  async prepare({ arrival, entry, node, program, enrollmentId }: PrepareOptions): Promise<StoredStart> {
    const { profileId, origin, properties, runOffsetMs } = arrival;
    const identity = {
      workspaceId: entry.workspace_id,
      enrollmentId,
      journeyId: entry.journey_id,
      versionId: entry.version_id,
      profileId,
      origin,
    };
    const at = Date.now() + runOffsetMs;
    const facts = entryPoint(program, node).reads.flatMap((index) =>
      program.facts[index] ? [{ index, fact: bindFact(program.facts[index], { entry: properties, run: {} }) }] : [],
    );
    const answers: Record<number, Json> =
      facts.length > 0 ? await this.facts.answer({ identity, at, facts, entry: properties }) : {};
    const first: EnrollmentStart['first'] = {
      type: 'enrolled',
      at,
      seed: enrollmentId,
      person: personIn({ journeyId: entry.journey_id, profileId }),
      facts: answers,
      ...(program.entries ? { node } : {}),
      entry: {
        id: arrival.id,
        name: arrival.name,
        time: arrival.time,
        properties: pickPaths(properties, program.entryPaths),
        mark: arrival.mark,
      },
    };
    return { identity, offset: runOffsetMs, first };
  }
}

/** An event at the door. */
export function arrivalOf(event: QueuedEvent): Arrival {
  const time = event.time.getTime();
  return {
    id: event.id,
    profileId: event.profile_id,
    name: event.name,
    time,
    properties: event.properties,
    mark: { position: event.position, snapshot: event.snapshot, time },
    receivedAt: event.received_at,
    runOffsetMs: event.run_offset_ms,
    depth: event.depth,
    origin: event.origin,
  };
}
