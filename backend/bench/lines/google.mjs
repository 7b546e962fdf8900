/** What a server needs to stand in for Google's, and a client to believe it: the certificates of the specs. */
import { readFileSync } from 'node:fs';

export const certificates = () => {
  const text = readFileSync(new URL('../../test/google-certificates.ts', import.meta.url), 'utf8');
  const [ca, cert, key] = text.match(/-----BEGIN [A-Z ]+-----[^`]+-----END [A-Z ]+-----/g);
  return { ca, cert, key };
};
