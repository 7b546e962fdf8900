import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Entry, EntryOf } from '@wend/contract';
import { WhySources } from '../enrollments/index.js';
import type { CameFor } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { OmissionWindows } from './omission-windows.js';

type Asked = { profileId: string; entries: readonly Entry[] };

/** Tells those who ask why somebody is not in a journey of what they did in time, once its window is over. */
@Injectable()
export class WindowWhys implements OnModuleInit {
  constructor(
    private readonly omissions: OmissionWindows,
    private readonly sources: WhySources,
  ) {}

  onModuleInit(): void {
    this.sources.addCameFor((scope, asked) => this.of(scope, asked));
  }

  private async of(scope: Scope, { profileId, entries }: Asked): Promise<CameFor[]> {
    const omissions = entries.filter((entry): entry is EntryOf<'omission'> => entry.kind === 'omission');
    const found = await Promise.all(
      omissions.map(async (entry) => ({
        entry,
        kept: await this.omissions.keptOut(scope, { profileId, entry, now: Date.now() }),
      })),
    );
    return found.flatMap(({ entry, kept }) =>
      kept ? [{ node: entry.node, at: kept.followed, fits: false, trace: null, words: wordsOf(entry, kept) }] : [],
    );
  }
}

function wordsOf(
  { event, without }: EntryOf<'omission'>,
  { opened, followed }: { opened: Date; followed: Date },
): string {
  const same = without.same ? ` of the same ${without.same.property}` : '';
  return `They did ${event} on ${minute(opened)} and then ${without.event}${same} on ${minute(followed)}, which was in time, so they don’t enter.`;
}

function minute(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
