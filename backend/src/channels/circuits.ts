import type { ProviderErrorClass } from '@wend/node-sdk';

const pauseMs = { least: 500, most: 30_000 };
/** So many in a row, of those that may be about one message only, speak against the connection. */
const softLimit = 5;
const longestAskedMs = 15 * 60_000;

/** Errors of these classes say something about the connection, not about the message. */
const about: Partial<Record<ProviderErrorClass, 'hard' | 'soft'>> = {
  configuration: 'hard',
  network: 'soft',
  timeout: 'soft',
  serverError: 'soft',
};

export type CircuitFailure = {
  class: ProviderErrorClass;
  away: boolean;
  retryAfterSeconds: number | null;
};
type Circuit = { downSince: number | null; closedUntil: number; soft: number; trying: boolean; slowedUntil: number };

/** `slowed`: the provider asked to come later. */
export type CircuitState = 'up' | 'slowed' | 'down';

/**
 * Which connections of this process are worth asking. One that is down is asked again after a pause that grows with how
 * long it has been down, by one message at a time; meanwhile messages go by the next one, where there is one.
 */
export class Circuits {
  private readonly circuits = new Map<string, Circuit>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether a message may be given to it now. */
  lets(key: string): boolean {
    const circuit = this.circuits.get(key);
    if (!circuit) return true;
    const now = this.now();
    if (now < circuit.slowedUntil) return false;
    return circuit.downSince === null || (now >= circuit.closedUntil && !circuit.trying);
  }

  /** Milliseconds for which it asked to be left alone; 0 where it did not. */
  slowedFor(key: string): number {
    return Math.max(0, (this.circuits.get(key)?.slowedUntil ?? 0) - this.now());
  }

  state(key: string): CircuitState {
    const circuit = this.circuits.get(key);
    if (!circuit) return 'up';
    if (circuit.downSince !== null) return 'down';
    return this.now() < circuit.slowedUntil ? 'slowed' : 'up';
  }

  /** A message is given to it. While it is down this is its one trial; `ok` or `failed` ends that. */
  begin(key: string): void {
    const circuit = this.circuits.get(key);
    if (circuit?.downSince != null) circuit.trying = true;
  }

  /** What was begun came to nothing that says anything about the connection. */
  drop(key: string): void {
    const circuit = this.circuits.get(key);
    if (circuit) circuit.trying = false;
  }

  ok(key: string): void {
    const circuit = this.circuits.get(key);
    if (!circuit) return;
    Object.assign(circuit, { downSince: null, soft: 0, trying: false });
    if (this.now() >= circuit.slowedUntil) this.circuits.delete(key);
  }

  failed(key: string, failure: CircuitFailure): void {
    const circuit = this.at(key);
    const now = this.now();
    circuit.trying = false;
    if (failure.class === 'rateLimited') {
      const asked = Math.min(longestAskedMs, (failure.retryAfterSeconds ?? 1) * 1_000);
      circuit.slowedUntil = Math.max(circuit.slowedUntil, now + asked);
      return;
    }
    const kind = failure.away ? 'hard' : about[failure.class];
    // It answered, if only about this message.
    if (kind === undefined) return this.ok(key);
    circuit.soft += 1;
    if (kind === 'soft' && circuit.downSince === null && circuit.soft < softLimit) return;
    circuit.downSince ??= now;
    const pause = Math.min(pauseMs.most, Math.max(pauseMs.least, (now - circuit.downSince) / 4));
    circuit.closedUntil = now + pause;
  }

  private at(key: string): Circuit {
    const known = this.circuits.get(key);
    if (known) return known;
    const circuit = { downSince: null, closedUntil: 0, soft: 0, trying: false, slowedUntil: 0 };
    this.circuits.set(key, circuit);
    return circuit;
  }
}
