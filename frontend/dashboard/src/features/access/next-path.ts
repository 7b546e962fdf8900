/** Where to go after signing in: only paths of this site, never another one's address. */
export function safeNextPath(next: string | null | undefined): string {
  if (!next || !next.startsWith('/') || /^\/[\\/]/.test(next) || /[\u0000-\u001f]/.test(next)) return '/journeys';
  return /^\/(sign-in|setup)(\/|\?|$)/.test(next) ? '/journeys' : next;
}
