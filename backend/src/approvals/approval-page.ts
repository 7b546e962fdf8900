import { longestApprovalNote } from '@wend/contract';
import { escapeHtml } from '../platform/text/index.js';
import type { Invited } from './mail.repository.js';
import { approvalWords, filled, whenOf } from './words.js';

type Shown = { title: string; /** HTML. */ body: string };
/** What was sent and did not do: shown again with what is missing. */
type Again = { note: string };

const style =
  '<style>textarea{display:block;width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem;margin-top:.25rem}label.note{display:block}.asked{white-space:pre-line}.actions{margin-top:1.25rem}</style>';

/** The question with a button for each answer, or what has become of it. `own`: this visitor has just answered. */
export function pageOf(
  invited: Invited,
  { language, own = false, again }: { language: string; own?: boolean; again?: Again },
): Shown {
  const words = approvalWords(language);
  const { state, late, zone } = invited;
  if (state === 'answered') {
    const names = {
      choice: invited.choices.find(({ id }) => id === invited.choice)?.label ?? '',
      by: invited.by ?? '',
      date: invited.closedAt ? whenOf(invited.closedAt, { language, zone }) : '',
    };
    const says = own ? words.done : words.answered;
    return over(own ? words.doneTitle : words.answeredTitle, filled(says, names), invited);
  }
  if (state === 'withdrawn') return over(words.withdrawnTitle, words.withdrawn, invited);
  if (state === 'expired' || late) return over(words.expiredTitle, words.expired, invited);
  return { title: invited.question, body: form(invited, { language, again }) };
}

/** The question stays to be seen: a link is opened again to look what it was about. */
function over(title: string, says: string, { question }: Invited): Shown {
  return {
    title,
    body: `<p role="status">${escapeHtml(says)}</p><div class="card"><p class="asked" style="white-space:pre-line">${escapeHtml(question)}</p></div>`,
  };
}

function form(
  { details, choices, dueAt, zone }: Invited,
  { language, again }: { language: string; again: Again | undefined },
): string {
  const words = approvalWords(language);
  const until =
    dueAt === null
      ? ''
      : `<p class="soft">${escapeHtml(filled(words.until, { date: whenOf(dueAt, { language, zone }) }))}</p>`;
  const buttons = choices
    .map(
      ({ id, label }) => `<button name="choice" value="${escapeHtml(id)}" class="quiet">${escapeHtml(label)}</button>`,
    )
    .join('');
  return [
    style,
    ...(again ? [`<p class="told" role="alert">${escapeHtml(words.chooseOne)}</p>`] : []),
    ...(details === '' ? [] : [`<p class="asked">${escapeHtml(details)}</p>`]),
    until,
    `<form method="post" action="?lang=${language}"><label class="note">${escapeHtml(words.note)}<textarea name="note" rows="3" maxlength="${longestApprovalNote}">${escapeHtml(again?.note ?? '')}</textarea></label><div class="actions">${buttons}</div></form>`,
  ].join('');
}
