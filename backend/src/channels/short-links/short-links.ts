import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { TrackedMessage } from '../../content/index.js';
import type { Scope } from '../../platform/database/index.js';
import { Secrets } from '../../platform/secrets/index.js';
import { ShortLinkRepository } from './short-link.repository.js';
import type { NewShortLink, ShortLink } from './short-link.repository.js';

/** So long a change of the domain may go unnoticed by who sends: it is read once for many messages. */
const domainKeptMs = 5_000;
/** 62¹¹ codes: with a billion links the chance that any two meet is one in a hundred; nothing can be guessed. */
const codeLength = 11;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** A link in a plain text, without the punctuation that ends a sentence. */
const link = /https?:\/\/[^\s<>"'`\u3000]+/gi;

/** The links of one text, on their way to being short. */
export type Shortening = {
  shorten: (text: string) => string;
  /** To be awaited before the text goes out: then its links lead somewhere. */
  keep: () => Promise<void>;
};

/** Short links in text messages, through a domain of the workspace's own. */
@Injectable()
export class ShortLinks {
  private readonly domains = new LRUCache<string, { host: string | null }>({ max: 1_000, ttl: domainKeptMs });

  constructor(
    private readonly repository: ShortLinkRepository,
    private readonly secrets: Secrets,
  ) {}

  /** Links stay as they are written where the workspace has no domain for them. */
  async of({ workspaceId, messageId }: TrackedMessage): Promise<Shortening> {
    const host = await this.domain({ workspaceId });
    if (host === null) return { shorten: (text) => text, keep: async () => undefined };
    const links = new Map<string, NewShortLink>();
    const shorten = (text: string) =>
      text.replace(link, (found) => {
        const url = withoutEnd(found);
        const short = `https://${host}/s/`;
        const made = links.get(url) ?? { code: this.codeOf({ messageId, url }), messageId, url };
        const written = `${short}${made.code}`;
        // One that is shorter as it is, and one that is short already.
        if (!URL.canParse(url) || written.length >= url.length || url.startsWith(short)) return found;
        links.set(url, made);
        return written + found.slice(url.length);
      });
    return { shorten, keep: () => this.keep({ workspaceId }, [...links.values()]) };
  }

  /** Null for a code that leads nowhere, or nowhere any more. */
  find(code: string): Promise<ShortLink | null> {
    return new RegExp(`^[0-9A-Za-z]{${codeLength}}$`).test(code) ? this.repository.find(code) : Promise.resolve(null);
  }

  private async keep(scope: Scope, links: NewShortLink[]): Promise<void> {
    if (links.length === 0) return;
    const kept = await this.repository.keep(scope, links);
    if (kept.length < links.length) throw new Error('A short link came to the code of another message’s.');
  }

  private async domain(scope: Scope): Promise<string | null> {
    const known = this.domains.get(scope.workspaceId);
    if (known) return known.host;
    const host = await this.repository.domain(scope);
    this.domains.set(scope.workspaceId, { host });
    return host;
  }

  /** The same for every attempt of a message, so that what is rendered again leads through the same link. */
  private codeOf({ messageId, url }: { messageId: string; url: string }): string {
    const signature = this.secrets.sign({ purpose: 'short-link', text: `${messageId}:${url}` });
    let number = BigInt(`0x${createHash('sha256').update(signature).digest('hex')}`);
    let code = '';
    for (let at = 0; at < codeLength; at += 1) {
      code += alphabet[Number(number % 62n)];
      number /= 62n;
    }
    return code;
  }
}

/** The address without the punctuation that follows it; a bracket belongs to it when it was opened in it. */
function withoutEnd(found: string): string {
  // Counted once: data may bring brackets without end.
  const counts = new Map<string, number>();
  for (const character of found) counts.set(character, (counts.get(character) ?? 0) + 1);
  const count = (character: string) => counts.get(character) ?? 0;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found[end - 1]!;
    const opens = { ')': '(', ']': '[', '}': '{' }[last];
    const unopened = opens !== undefined && count(last) > count(opens);
    if (!/[.,;:!?…。、，！？]/.test(last) && !unopened) break;
    counts.set(last, count(last) - 1);
  }
  return found.slice(0, end);
}
