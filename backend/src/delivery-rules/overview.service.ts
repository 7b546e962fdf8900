import { Injectable } from '@nestjs/common';
import type { DeliveryOverview } from '@wend/contract';
import { Remembered } from '../platform/cache/index.js';
import type { Scope } from '../platform/database/index.js';
import { OverviewRepository, mostCounted } from './overview.repository.js';
import type { ActRow } from './overview.repository.js';

/** Shared by all who look within this time. */
const freshMs = 3_000;
const actsShown = 50;

/** The Delivery page: what waits, what is held, which rules act. */
@Injectable()
export class OverviewService {
  private readonly kept = new Remembered<DeliveryOverview>();

  constructor(private readonly repository: OverviewRepository) {}

  overview(scope: Scope): Promise<DeliveryOverview> {
    return this.kept.get(scope.workspaceId, {
      // What takes long is asked less often.
      freshMs: (tookMs) => Math.max(freshMs, tookMs * 10),
      load: () => this.load(scope),
    });
  }

  private async load(scope: Scope): Promise<DeliveryOverview> {
    const [queues, held, nextRelease, rates, acts] = await Promise.all([
      this.repository.queues(scope),
      this.repository.held(scope),
      this.repository.nextRelease(scope),
      this.repository.rates(scope),
      this.repository.acts(scope),
    ]);
    const shown = queues
      .map(({ channel, due, later, sending, oldest }) => ({
        channel,
        // Those that are being handed over are among them.
        due: cut(due > mostCounted ? due : Math.max(0, due - sending)),
        sending,
        later: cut(later),
        oldestDue: oldest?.toISOString() ?? null,
      }))
      .filter(({ due, sending, later }) => due.count + sending + later.count > 0);
    const waiting = new Set(shown.flatMap(({ channel, due, later }) => (due.count + later.count > 0 ? [channel] : [])));
    return {
      at: new Date().toISOString(),
      queues: shown,
      held,
      nextRelease: nextRelease?.toISOString() ?? null,
      // The last token is given away long after who took it has gone; only with messages behind it that is a limit.
      rates: rates.map((rate) => ({
        ...rate,
        busy: rate.busy && (rate.kind === 'channel' ? waiting.has(rate.of) : waiting.size > 0),
      })),
      acts: joined(acts),
    };
  }
}

function cut(count: number): { count: number; more: boolean } {
  return { count: Math.min(count, mostCounted), more: count > mostCounted };
}

function joined(rows: readonly ActRow[]): DeliveryOverview['acts'] {
  const acts = new Map<string, DeliveryOverview['acts'][number]>();
  for (const { rule, what, act, day, week } of rows) {
    const key = `${rule}/${what}`;
    const found = acts.get(key) ?? {
      rule,
      what,
      lastDay: { held: 0, suppressed: 0 },
      lastWeek: { held: 0, suppressed: 0 },
    };
    found.lastDay[act] += day;
    found.lastWeek[act] += week;
    acts.set(key, found);
  }
  const size = ({ lastDay, lastWeek }: DeliveryOverview['acts'][number]): [number, number] => [
    lastDay.held + lastDay.suppressed,
    lastWeek.held + lastWeek.suppressed,
  ];
  return [...acts.values()].sort((a, b) => size(b)[0] - size(a)[0] || size(b)[1] - size(a)[1]).slice(0, actsShown);
}
