const status = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/;
/** The domain, mailbox or address does not exist, or takes nothing any more (RFC 3463, sections 3.2 and 3.3). */
const deadStatuses = new Set(['1.0', '1.1', '1.2', '1.3', '1.6', '1.10', '2.1', '4.4']);
const deadWords =
  /user unknown|unknown user|no such (user|mailbox|recipient|person)|does(n't| not) exist|not exist|invalid (recipient|mailbox|address)|address rejected|recipient rejected|account (is )?(disabled|inactive|closed)|mailbox (unavailable|not found|disabled)|존재하지 않|없는 (사용자|계정|메일)|수신자를 찾을 수|휴면/i;
/** The mail itself, our server or a policy is the reason: the address may well be right. */
const policyWords =
  /spam|block(ed|list)|black ?list|policy|reputation|dmarc|spf|dkim|too large|size|virus|\brate\b|throttl|차단|스팸/i;
/** Who may send here is the reason: a bare “550” that says so is about us. */
const accessWords = /\brelay|authenticat|access denied|not (permitted|allowed|authori[sz]ed)/i;
const fullWords = /quota|mailbox (is )?full|over ?limit|insufficient storage|용량|가득/i;

/** What a mail server said: `code` is the status of RFC 3463 where it stands apart, `words` is all the rest. */
export type MailRefusal = {
  code?: string;
  words: string;
  /** Where a bare “550” counts: an answer to the address, not to the mail. */
  bareCounts?: boolean;
};

/**
 * Whether the address is dead. The status says so (RFC 3463); where it says no more than “failed for good”, what stands
 * beside it does. What is refused for its content, its sender, its size or by a policy says nothing of the address.
 */
export function isDeadAddress({ code = '', words, bareCounts = true }: MailRefusal): boolean {
  const [, kind, subject = '', detail = ''] = status.exec(code) ?? status.exec(words) ?? [];
  if (kind === '4' || fullWords.test(words)) return false;
  if (kind === '5' && deadStatuses.has(`${subject}.${detail}`)) return true;
  // Security and policy (RFC 3463, section 3.8), whatever words a server has for that.
  if (kind === '5' && subject === '7') return false;
  if (deadWords.test(words)) return kind !== undefined || !policyWords.test(words);
  const vague = kind === undefined || subject === '0' || (subject === '1' && detail === '0');
  return vague && bareCounts && /\b55[013]\b/.test(words) && !policyWords.test(words) && !accessWords.test(words);
}

/** What servers say of a mailbox that exists no more, or that has no room: where a report says nothing else. */
export function addressWordsIn(text: string): string | null {
  return deadWords.exec(text)?.[0] ?? fullWords.exec(text)?.[0] ?? null;
}
