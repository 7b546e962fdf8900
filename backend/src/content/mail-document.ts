import { compile } from 'html-to-text';
import { Parser } from 'htmlparser2';
import { escapeHtml } from '../platform/text/index.js';
import { asciiAddress, isUnsafeScheme, schemeOf } from './link-address.js';
import type { MailDocument, MailPart, RenderProblem } from './render-job.js';

type MailDocumentOptions = {
  body: string;
  preheader: string;
  unsubscribeUrl: string;
  /** The page on which people choose what they get, which is a way out too. */
  preferencesUrl?: string | undefined;
  language?: string | undefined;
};

/** Makes a whole mail of a rendered body: layout for fragments, preview text, links cut out, plain text beside it. */
export function mailDocument({
  body,
  preheader,
  unsubscribeUrl,
  preferencesUrl,
  language = 'en',
}: MailDocumentOptions): {
  mail: MailDocument;
  warnings: RenderProblem[];
} {
  const fragment = !/<html[\s>]/i.test(body);
  // Every mail has a way out that can be seen; whoever writes one of their own places it.
  const ways = [unsubscribeUrl, ...(preferencesUrl === undefined ? [] : [preferencesUrl])];
  const missing = ways.some((way) => body.includes(way)) ? null : unsubscribeUrl;
  const whole = withPreheader(
    fragment ? layout({ fragment: body, unsubscribeUrl: missing, language }) : withWayOut(body, missing),
    preheader,
  );
  const { parts, warnings } = cutAtLinks(whole, unsubscribeUrl);
  return {
    mail: {
      parts: withTrap(withPixel(parts)),
      text: plainText(
        missing === null ? body : insertAtEnd(body, `<p><a href="${escapeHtml(missing)}">Unsubscribe</a></p>`),
        unsubscribeUrl,
      ),
    },
    warnings,
  };
}

function withWayOut(document: string, unsubscribeUrl: string | null): string {
  if (unsubscribeUrl === null) return document;
  return insertAtEnd(
    document,
    `<p style="margin:20px 0;text-align:center;font-family:Helvetica,Arial,sans-serif;font-size:12px;line-height:1.5;color:#6d6f68"><a href="${escapeHtml(unsubscribeUrl)}" style="color:#6d6f68">Unsubscribe</a></p>`,
  );
}

/** As the last thing that is seen. */
function insertAtEnd(html: string, addition: string): string {
  const lower = html.toLowerCase();
  const body = lower.lastIndexOf('</body>');
  const at = body < 0 ? lower.lastIndexOf('</html>') : body;
  return at < 0 ? `${html}${addition}` : `${html.slice(0, at)}${addition}${html.slice(at)}`;
}

type LayoutOptions = {
  fragment: string;
  unsubscribeUrl: string | null;
  language: string;
};

function layout({ fragment, unsubscribeUrl, language }: LayoutOptions): string {
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title></title>
<style>
body { margin: 0; padding: 0; background: #f4f4f2; -webkit-text-size-adjust: 100%; }
.mail-card { background: #ffffff; color: #1c1d1a; border-radius: 8px; }
.mail-card a { color: #1f6f54; }
.mail-card img { max-width: 100%; height: auto; border: 0; }
.mail-card h1 { font-size: 24px; line-height: 1.25; margin: 0 0 16px; }
.mail-card h2 { font-size: 19px; line-height: 1.3; margin: 24px 0 12px; }
.mail-card p, .mail-card ul, .mail-card ol { margin: 0 0 16px; }
@media (max-width: 620px) { .mail-outer { padding: 0 !important; } .mail-card { border-radius: 0; } .mail-inner { padding: 24px 20px !important; } }
@media (prefers-color-scheme: dark) { body, .mail-back { background: #161714 !important; } .mail-card { background: #20221e !important; color: #ecece6 !important; } .mail-card a { color: #7fd1b0; } .mail-foot a { color: #a5a79f !important; } }
</style>
</head>
<body>
<table role="presentation" class="mail-back" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f4f2"><tr><td class="mail-outer" align="center" style="padding:32px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr><td class="mail-card" style="background:#ffffff;border-radius:8px">
<div class="mail-inner" style="padding:36px 40px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55;text-align:left">
${fragment}
</div>
</td></tr></table>${
    unsubscribeUrl === null
      ? ''
      : `
<p class="mail-foot" style="margin:20px 0 0;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:12px;line-height:1.5;color:#6d6f68"><a href="${escapeHtml(unsubscribeUrl)}" style="color:#6d6f68">Unsubscribe</a></p>`
  }
</td></tr></table>
</body>
</html>`;
}

function withPreheader(html: string, preheader: string): string {
  if (preheader === '') return html;
  // The spaces after it keep the body's first words out of the inbox's preview line.
  const hidden = `<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">${escapeHtml(preheader)}${'&#847;&zwnj;&nbsp;'.repeat(40)}</div>`;
  const body = /<body(?:\s[^>]*)?>/i.exec(html);
  const at = body ? body.index + body[0].length : (/<html[^>]*>/i.exec(html)?.[0].length ?? 0);
  return html.slice(0, at) + hidden + html.slice(at);
}

type Cut = { from: number; to: number; link: string } | { from: number; to: number; html: string };

/** Every byte stays as it was written, but for the values of `href`. */
function cutAtLinks(html: string, unsubscribeUrl: string): { parts: MailPart[]; warnings: RenderProblem[] } {
  const cuts: Cut[] = [];
  const warnings: RenderProblem[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        // The way out is not a click to be counted, and must not depend on being one.
        if (
          (name !== 'a' && name !== 'area') ||
          attributes['href'] === undefined ||
          attributes['href'] === unsubscribeUrl
        )
          return;
        const value = hrefSpan(html, parser.startIndex, parser.endIndex);
        if (!value) return;
        const target = linkTarget(attributes['href']);
        if (target.kind === 'web') cuts.push({ ...value, link: target.url });
        if (target.kind === 'refused') cuts.push({ ...value, html: '"#"' });
        if (target.kind === 'refused' || target.kind === 'relative')
          warnings.push({ path: 'body', message: target.message });
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  const parts: MailPart[] = [];
  let at = 0;
  for (const cut of cuts) {
    parts.push({ html: html.slice(at, cut.from) });
    parts.push('link' in cut ? { link: cut.link } : { html: cut.html });
    at = cut.to;
  }
  parts.push({ html: html.slice(at) });
  return { parts, warnings };
}

const attribute = /([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>`]+))?/g;

/** Where the value of `href` stands in an open tag, quotes included. */
function hrefSpan(html: string, start: number, end: number): { from: number; to: number } | null {
  const tag = html.slice(start, end + 1);
  attribute.lastIndex = 1;
  for (let found = attribute.exec(tag); found; found = attribute.exec(tag)) {
    if (found[1]!.toLowerCase() !== 'href' || found[2] === undefined) continue;
    const to = start + found.index + found[0].length;
    return { from: to - found[2].length, to };
  }
  return null;
}

type LinkTarget =
  | { kind: 'web'; url: string }
  | { kind: 'kept' }
  | { kind: 'relative'; message: string }
  | { kind: 'refused'; message: string };

function linkTarget(href: string): LinkTarget {
  // Browsers drop white space and control characters inside a scheme: "java\nscript:" runs.
  const bare = href.replace(/[\u0000-\u0020]/g, '');
  if (bare === '' || bare.startsWith('#')) return { kind: 'kept' };
  const scheme = bare.startsWith('//') ? 'https' : schemeOf(bare);
  const text = bare.startsWith('//') ? `https:${href.trim()}` : href.trim();
  const web = scheme === 'http' || scheme === 'https';
  if (web && asciiAddress(text) !== null) return { kind: 'web', url: text };
  // Links of apps (tel, sms, myapp) would not survive a redirect on every phone.
  if (!web && scheme !== undefined && !isUnsafeScheme(scheme)) return { kind: 'kept' };
  const shown = href.trim().slice(0, 80);
  if (scheme !== undefined)
    return {
      kind: 'refused',
      message: web
        ? `The link "${shown}" was taken out: it is not a valid address.`
        : `The link "${shown}" was taken out: a message may not lead to ${scheme}: addresses.`,
    };
  return {
    kind: 'relative',
    message: `The link "${shown}" won’t work in an email. Enter the full address, starting with https://.`,
  };
}

function withPixel(parts: MailPart[]): MailPart[] {
  const last = parts.at(-1);
  const html = last && 'html' in last ? last.html : '';
  const end = html.toLowerCase().lastIndexOf('</body>');
  if (end < 0) return [...parts, { pixel: true }];
  return [...parts.slice(0, -1), { html: html.slice(0, end) }, { pixel: true }, { html: html.slice(end) }];
}

/** At the beginning, so that whoever follows links in their order comes by it first. */
function withTrap(parts: MailPart[]): MailPart[] {
  const first = parts[0];
  const body = first && 'html' in first ? /<body(?:\s[^>]*)?>/i.exec(first.html) : null;
  if (!first || !('html' in first) || !body) return parts;
  const at = body.index + body[0].length;
  return [{ html: first.html.slice(0, at) }, { trap: true }, { html: first.html.slice(at) }, ...parts.slice(1)];
}

/** Made once: to read the selectors costs more than most mails. Where links lead goes into the second argument. */
const textOf = compile<string[]>({
  wordwrap: 78,
  limits: { maxInputLength: 600_000, maxDepth: 100 },
  selectors: [
    { selector: 'img', format: 'skip' },
    {
      selector: 'a',
      options: {
        noAnchorUrl: true,
        pathRewrite: (path: string, targets: string[]) => `${marks.from}${targets.push(path) - 1}${marks.to}`,
      },
    },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
  ],
});

/** Noncharacters: they stand in no text. */
const marks = { from: '\uFDD0', to: '\uFDD1' };

function plainText(body: string, unsubscribeUrl: string): MailDocument['text'] {
  const targets: string[] = [];
  const text = textOf(body.replace(/[\uFDD0\uFDD1]/g, ''), targets);
  const pieces = text.split(/(\[\uFDD0\d+\uFDD1\])/).reduce<MailDocument['text']>((parts, piece) => {
    const index = /^\[\uFDD0(\d+)\uFDD1\]$/.exec(piece)?.[1];
    if (index === undefined) return [...parts, piece];
    return linked(parts, { href: targets[Number(index)]!, unsubscribeUrl });
  }, []);
  return joined(pieces);
}

function joined(parts: MailDocument['text']): MailDocument['text'] {
  const whole: MailDocument['text'] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (typeof part === 'string' && typeof last === 'string') whole[whole.length - 1] = last + part;
    else whole.push(part);
  }
  return whole;
}

/** An address stands once, where the text is the address itself; else in brackets after the text. */
function linked(
  parts: MailDocument['text'],
  { href, unsubscribeUrl }: { href: string; unsubscribeUrl: string },
): MailDocument['text'] {
  const target = href === unsubscribeUrl ? null : linkTarget(href);
  if (target?.kind === 'refused') return parts;
  const link = target?.kind === 'web' ? { link: target.url } : href.trim();
  const before = parts.at(-1);
  if (typeof before === 'string' && before.trimEnd().endsWith(href.trim()))
    return [...parts.slice(0, -1), before.trimEnd().slice(0, -href.trim().length), link];
  return [...parts, '[', link, ']'];
}
