import { Resolver } from 'node:dns/promises';

/** What is asked of DNS. Nothing there is an empty answer; no answer throws a `DnsSilent`. */
export type Dns = {
  txt: (name: string) => Promise<string[]>;
  mx: (name: string) => Promise<{ exchange: string; priority: number }[]>;
  addresses: (name: string) => Promise<string[]>;
};

/** DNS gave no answer in time, or one that says nothing. */
export class DnsSilent extends Error {
  constructor(name: string, options?: ErrorOptions) {
    super(`DNS did not answer for ${name}. Try again in a minute.`, options);
    this.name = 'DnsSilent';
  }
}

const nothing = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);
/** Of one check: a record can name very many. */
const mostQuestions = 60;

/** The resolver of this machine, for one check: each question is asked once. */
export function systemDns(): Dns {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const asked = new Map<string, Promise<unknown>>();
  const ask = <Answer>(name: string, kind: string, question: () => Promise<Answer[]>): Promise<Answer[]> => {
    const key = `${kind} ${name}`;
    const known = asked.get(key) as Promise<Answer[]> | undefined;
    if (known) return known;
    if (asked.size >= mostQuestions) return Promise.reject(new DnsSilent(name));
    const answer = question().catch((error: unknown) => {
      if (nothing.has((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw new DnsSilent(name, { cause: error });
    });
    asked.set(key, answer);
    return answer;
  };
  return {
    txt: (name) => ask(name, 'TXT', async () => (await resolver.resolveTxt(name)).map((parts) => parts.join(''))),
    mx: (name) =>
      ask(name, 'MX', async () => (await resolver.resolveMx(name)).toSorted((a, b) => a.priority - b.priority)),
    async addresses(name) {
      const [four, six] = await Promise.all([
        ask(name, 'A', () => resolver.resolve4(name)),
        ask(name, 'AAAA', () => resolver.resolve6(name)),
      ]);
      return [...four, ...six];
    },
  };
}
