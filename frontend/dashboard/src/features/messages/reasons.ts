import type { MessageOutcome } from '@wend/contract';
import type { Translator } from '@/i18n/translator';

type Texts = Translator<'messages.reasons'>;

/** Why a message was not sent or not yet, in words; an unknown reason is shown as it is. */
export function reasonWords(t: Texts, reason: string): string {
  const key = `why.${reason}` as 'why.unsubscribed';
  return t.has(key) ? t(key) : reason;
}

/** The same in two or three words, for rows of figures. */
export function reasonLabel(t: Texts, reason: string): string {
  const key = `brief.${reason}` as 'brief.unsubscribed';
  return t.has(key) ? t(key) : reason;
}

/** A rule that keeps messages back, in two or three words; one that is not known is shown as it is. */
export function ruleLabel(t: Translator<'messages.rules'>, rule: string): string {
  const key = rule as 'caps';
  return t.has(key) ? t(key) : rule;
}

/** What people in a list have in common: "Message was not sent: unsubscribed". */
export function outcomeWords(
  t: Texts,
  { outcome, reason }: { outcome: MessageOutcome; reason: string | null },
): string {
  const words = t(`outcome.${outcome}`);
  return reason ? `${words}: ${reasonLabel(t, reason).toLowerCase()}` : words;
}
