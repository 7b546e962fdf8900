import { Injectable } from '@nestjs/common';
import type { ProviderError } from '@wend/node-sdk';
import { storableText } from '../platform/text/index.js';
import { Circuits } from './circuits.js';
import type { CircuitState } from './circuits.js';
import { HealthRepository } from './health.repository.js';
import type { HealthCount, HealthError, HealthState } from './health.repository.js';

type Place = { workspaceId: string; connectionId: string };
const told = 500;

/**
 * How the connections of this process do: decides which are asked (`circuits`), and counts for Settings, in memory until
 * `flush`. What was counted and not flushed when a process is killed is lost: these are figures, no records.
 */
@Injectable()
export class ConnectionHealthService {
  readonly circuits = new Circuits();
  private counts = new Map<string, HealthCount>();
  private states = new Map<string, HealthState>();
  private errors = new Map<string, HealthError>();
  private readonly last = new Map<string, CircuitState>();

  constructor(private readonly repository: HealthRepository) {}

  ok(place: Place): void {
    this.circuits.ok(keyOf(place));
    this.count(place).sent += 1;
    this.note(place, new Date());
  }

  failed(place: Place, error: ProviderError): void {
    // One receiver of many: its own lane closes, and the connection goes on.
    if (error.ofReceiver) this.circuits.drop(keyOf(place));
    else this.circuits.failed(keyOf(place), error);
    // A message that is refused is no fault of the connection.
    if (error.class === 'rejected' || error.class === 'badAddress') return this.note(place, null);
    this.count(place).failed += 1;
    this.note(place, null);
    const message = storableText(error.message.slice(0, told));
    const key = `${keyOf(place)}:${error.class}:${message}`;
    const known = this.errors.get(key);
    this.errors.set(key, {
      ...place,
      at: new Date(),
      class: error.class,
      status: error.status,
      message,
      count: (known?.count ?? 0) + 1,
    });
  }

  /** Stores what was counted. What cannot be stored now is stored the next time. */
  async flush(): Promise<void> {
    if (this.counts.size === 0 && this.states.size === 0 && this.errors.size === 0) return;
    const { counts, states, errors } = this;
    this.counts = new Map();
    this.states = new Map();
    this.errors = new Map();
    try {
      await this.repository.add({
        counts: [...counts.values()],
        states: [...states.values()],
        errors: [...errors.values()],
      });
    } catch (error) {
      for (const [key, value] of counts) {
        const since = this.counts.get(key);
        if (since) Object.assign(since, { sent: since.sent + value.sent, failed: since.failed + value.failed });
        else this.counts.set(key, value);
      }
      this.states = new Map([...states, ...this.states]);
      this.errors = new Map([...errors, ...this.errors].slice(-1_000));
      throw error;
    }
  }

  private count(place: Place): HealthCount {
    const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const key = `${keyOf(place)}:${minute.getTime()}`;
    const known = this.counts.get(key) ?? { ...place, minute, sent: 0, failed: 0 };
    this.counts.set(key, known);
    return known;
  }

  private note(place: Place, okAt: Date | null): void {
    const key = keyOf(place);
    const state = this.circuits.state(key);
    if (okAt === null && this.last.get(key) === state) return;
    this.last.set(key, state);
    this.states.set(key, { ...place, state, since: new Date(), okAt: okAt ?? this.states.get(key)?.okAt ?? null });
  }
}

export function keyOf({ workspaceId, connectionId }: Place): string {
  return `${workspaceId}:${connectionId}`;
}
