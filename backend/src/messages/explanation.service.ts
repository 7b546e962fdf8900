import { Injectable } from '@nestjs/common';
import { explanationText, momentWords } from '@wend/contract';
import type { MessageExplanation, api } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { timeZoneOf } from '../profiles/index.js';
import type { RouteOutput } from '../platform/http/index.js';
import { explain } from './explain.js';
import { ExplanationRepository } from './explanation.repository.js';
import type { StepVisit } from './explanation.repository.js';
import { detailOf, summaryOf } from './message.mapper.js';
import { MessageRepository } from './message.repository.js';
import type { MessageRow } from './message.repository.js';

type StepOptions = { journeyId: string; profileId: string; node: string; run?: string | undefined };

/** “Why did she not get it?”: every check of a message, as it was decided. */
@Injectable()
export class ExplanationService {
  constructor(
    private readonly messages: MessageRepository,
    private readonly decisions: ExplanationRepository,
  ) {}

  /** Throws 404 when there is no such message. */
  async ofMessage(scope: Scope, id: string): Promise<MessageExplanation> {
    const [row, history, facts] = await Promise.all([
      this.messages.find(scope, id),
      this.messages.history(scope, id),
      this.decisions.facts(scope, id),
    ]);
    if (!row || !facts) throw notFound('message');
    const counted = await this.decisions.counted(scope, row.ruling?.messages ?? []);
    const detail = detailOf(row, { history });
    const until = detail.heldBack?.by === 'rates' ? await this.turnOf(scope, row) : null;
    if (until && detail.heldBack) detail.heldBack.until = until.toISOString();
    const message = { ...summaryOf(row), heldBack: detail.heldBack };
    const { sentence, checks } = explain({ message: detail, facts, counted });
    const title = `${message.nodeName} – ${message.journey.name}, to ${message.profile.name} (message ${message.id})`;
    return {
      message,
      sentence,
      checks,
      text: explanationText({ title, sentence, checks, zone: message.profile.timeZone }),
    };
  }

  /** When a message that waits for its turn may have it: with those before it gone at the rate that holds it. */
  private async turnOf(scope: Scope, { id, ruling }: MessageRow): Promise<Date | null> {
    const ahead = await this.decisions.ahead(scope, id);
    if (!ahead || ruling?.perSecond === undefined) return null;
    return new Date(Math.max(ahead.due.getTime(), Date.now() + (ahead.count / ruling.perSecond) * 1_000));
  }

  /** Throws 404 when there is no such person or journey. */
  async ofStep(scope: Scope, asked: StepOptions): Promise<RouteOutput<typeof api.stepExplanation>> {
    const visit = await this.decisions.visit(scope, asked);
    if (!visit) throw notFound('profile or journey');
    if (visit.message_id === null) return { explanation: null, says: noMessage(visit) };
    return { explanation: await this.ofMessage(scope, visit.message_id), says: null };
  }
}

function noMessage({ runs, entered_at: at, left_at: left, port, status, traits }: StepVisit): string {
  if (runs === 0) return 'This person has never been in this journey.';
  if (at === null)
    return status === 'running' || status === 'starting'
      ? 'This person is in the journey and has not come to this step.'
      : 'This person has been in the journey and has not come to this step.';
  const when = momentWords(at.toISOString(), timeZoneOf(traits ?? {}));
  if (port === 'notReachable')
    return `This person came to the step at ${when} and had no address or consent for it then: no message was queued.`;
  return left === null
    ? `This person came to the step at ${when} and is still there. No message has been queued.`
    : `This person came to the step at ${when}. It has queued no message, or that is gone.`;
}
