/** An address of somebody, and what may be a number that is called: it has nine digits at least. */
const address = /[^\s@<>"'(),;:]+@(?=[^\s@<>"'(),;:]+)/g;
const number = /\+?\d[\d ()./-]{6,}\d/g;

/**
 * Figures as they are kept and told: servers like to name whom they refuse, but an alarm outlives the people whose
 * messages it is about, and goes to chats.
 */
export function withoutPeople<Figures extends object>(figures: Figures): Figures {
  if (!('lastError' in figures) || typeof figures.lastError !== 'string') return figures;
  return { ...figures, lastError: figures.lastError.replace(address, '…@').replace(number, hidden) };
}

function hidden(text: string): string {
  return text.replace(/\D/g, '').length >= 9 ? '…' : text;
}
