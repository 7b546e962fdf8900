/** The server that an address names (`https` unless it says otherwise); null for what is more than a server, or none. */
export function originOf(text: string): string | null {
  const given = text.trim();
  const full = given.includes('://') ? given : `https://${given}`;
  if (!URL.canParse(full)) return null;
  const url = new URL(full);
  const isServer =
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    !url.hostname.includes('*');
  return isServer ? url.origin : null;
}
