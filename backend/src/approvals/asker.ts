import { Injectable } from '@nestjs/common';
import { entryAt } from '@wend/contract';
import { Renderer } from '../content/index.js';
import { logger } from '../platform/logging/index.js';
import { storableText } from '../platform/text/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { AskingRepository } from './asking.repository.js';
import type { NewApproval, NewMail } from './asking.repository.js';
import { escalationOf, filledIn, questionOf, remindAfterSeconds, templatesOf, written } from './question.js';
import type { Person, Question } from './question.js';

const atOnce = 20;
/** Longer than rendering takes: whoever is killed meanwhile has its questions taken over. */
const leaseSeconds = 60;
const longest = { question: 500, details: 10_000, problem: 500 } as const;
const address = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/;

/**
 * Puts what runs ask into words: once, as the person is when the run gets there. A text that cannot be filled in is shown
 * as it was written, since nobody could answer a question that is not there.
 */
@Injectable()
export class Asker {
  constructor(
    private readonly repository: AskingRepository,
    private readonly renderer: Renderer,
  ) {}

  /** True when there may be more. */
  async work(): Promise<boolean> {
    const found = await this.repository.claim({ limit: atOnce, leaseSeconds });
    await Promise.all(
      found.map((each) =>
        this.ask(each).catch((error: unknown) =>
          logger.warn({ err: error, workspaceId: each.workspaceId, approval: each.id }, 'a question was not asked yet'),
        ),
      ),
    );
    return found.length === atOnce;
  }

  private async ask(asked: NewApproval): Promise<void> {
    const { workspaceId, id, origin } = asked;
    const question = questionOf(asked.config ?? {});
    const { texts, problem } = await this.fill(asked, question);
    await this.repository.open(
      { workspaceId },
      {
        id,
        question: storableText(texts.question.trim() || (asked.stepName ?? '')).slice(0, longest.question),
        details: storableText(texts.details.trim()).slice(0, longest.details),
        choices: question.choices,
        problem: problem === null ? null : storableText(problem).slice(0, longest.problem),
        // Test runs and made-up people have no effect on anybody.
        mails: origin === 'live' ? mailsOf(question, texts) : [],
      },
    );
  }

  private async fill(
    { workspaceId, node, run, profileId, externalId, traits, entry, askedAt, zone }: NewApproval,
    question: Question,
  ): Promise<{ texts: ReturnType<typeof written>; problem: string | null }> {
    const own = timeZoneOf(traits);
    const began = entryAt(node, { entry: entry ?? {}, run });
    const rendered = await this.renderer.render(
      {
        templates: templatesOf(question),
        variables: {
          profile: { ...traits, id: profileId, external_id: externalId },
          entry: began,
          event: began,
          run,
          now: askedAt.toISOString(),
        },
        zones: own === null ? [zone] : [own, zone],
      },
      { tenant: workspaceId },
    );
    if (rendered.kind === 'values') return { texts: filledIn(question, rendered.values), problem: null };
    const problem =
      rendered.kind === 'aborted' ? rendered.reason : rendered.errors.map(({ message }) => message).join(' ');
    return { texts: written(question), problem };
  }
}

type Receiver = Pick<NewMail, 'memberId' | 'address' | 'name'>;

/** One to each who is asked, nobody twice, and later one more; then one to somebody else, also if they were asked before. */
function mailsOf(question: Question, { addresses, escalation }: ReturnType<typeof written>): NewMail[] {
  const seen = new Set<string>();
  const people = question.people.flatMap((each, at): Receiver[] => {
    const receiver = receiverOf(each, addresses[at] ?? '');
    const key = receiver.memberId ?? receiver.address?.toLowerCase() ?? '';
    if (seen.has(key)) return [];
    seen.add(key);
    return [receiver];
  });
  const reminder = remindAfterSeconds(question);
  const other = escalationOf(question);
  const asks = { reminder: false, escalation: false };
  return [
    ...people.flatMap((each) => [
      { ...each, ...asks, afterSeconds: 0 },
      ...(reminder === null ? [] : [{ ...each, ...asks, afterSeconds: reminder, reminder: true }]),
    ]),
    ...(other
      ? [{ ...receiverOf(other.who, escalation), ...asks, afterSeconds: other.afterSeconds, escalation: true }]
      : []),
  ];
}

function receiverOf(who: Person, address: string): Receiver {
  if (who.kind === 'member') return { memberId: who.member, address: null, name: null };
  return {
    memberId: null,
    address: storableText(address.trim()).slice(0, 320),
    name: storableText(who.name) || null,
  };
}

/** Whether mail can go there at all. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && address.test(text);
}
