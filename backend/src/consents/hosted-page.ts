import type { Response } from 'express';
import { escapeHtml } from '../platform/text/index.js';

/** How a workspace's pages look; the logo is an https address, the colour `#rrggbb`. */
export type Brand = { logo: string | null; color: string | null };
type PageOptions = {
  language: string;
  title: string;
  /** HTML: whoever makes it has escaped what is not theirs. */
  body: string;
  brand?: Brand | undefined;
  /** The workspace, as the logo's text. */
  name?: string | undefined;
  status?: number;
};

const usualColor = '#1f6f54';

const style = (color: string) =>
  `:root{color-scheme:light dark;--ink:#1c1d1a;--soft:#5d5f57;--ground:#f8f8f6;--line:#dcdcd5;--card:#fff;--accent:${color};--on-accent:${inkOn(color)}}@media (prefers-color-scheme:dark){:root{--ink:#ecece6;--soft:#a9aba1;--ground:#161714;--line:#34362f;--card:#1f211d}img{background:#fff;color:#1c1d1a;border-radius:.5rem;padding:.5rem}}*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;margin:0;color:var(--ink);background:var(--ground)}main{max-width:34rem;margin:0 auto;padding:10vh 1.25rem 3rem}h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}h2{font-size:1rem;margin:0}:lang(ko){word-break:keep-all}p{margin:.5rem 0}form+p{margin-top:1.25rem}.soft{color:var(--soft);font-size:.9rem}h2{margin-top:1.5rem}h2+.soft{margin-top:.25rem}img{display:block;max-width:12rem;max-height:4rem;margin-bottom:1.5rem}.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.25rem 1rem;margin:.5rem 0 1rem}fieldset{border:0;padding:0;margin:0;min-width:0}legend{padding:0;font-weight:600}legend+.soft{margin:.15rem 0 .25rem}label{display:flex;gap:.6rem;align-items:center;min-height:2.5rem;cursor:pointer}input[type=checkbox]{width:1.2rem;height:1.2rem;accent-color:var(--accent);flex:none}.row{border-top:1px solid var(--line);padding:.75rem 0}.row:first-child{border-top:0}.boxes{display:flex;flex-wrap:wrap;gap:0 1.5rem}.actions{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:1rem}button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border:1px solid var(--accent);border-radius:.5rem;background:var(--accent);color:var(--on-accent);cursor:pointer}button.quiet{background:transparent;color:var(--ink);border-color:var(--line)}:focus-visible{outline:3px solid var(--ink);outline-offset:2px}.told{border-left:4px solid var(--accent);padding:.25rem 0 .25rem .75rem}@media (prefers-color-scheme:dark){button{border-color:var(--line)}.told{border-color:var(--soft)}}nav{display:flex;flex-wrap:wrap;gap:.25rem .9rem;margin-top:2.5rem}a{color:inherit}`;

/**
 * A page of Wend's own that people come to by a signed link. Nothing of it may be kept, framed, indexed or passed on, and
 * it needs no script.
 */
export function sendPage(
  response: Response,
  { language, title, body, brand, name = '', status = 200 }: PageOptions,
): void {
  const logo = brand?.logo ?? null;
  response
    .status(status)
    .type('text/html; charset=utf-8')
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        ...(logo === null ? [] : [`img-src ${new URL(logo).origin}`]),
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
      ].join('; '),
      'X-Robots-Tag': 'noindex, nofollow',
      'Referrer-Policy': 'no-referrer',
    })
    .send(
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow"><title>${escapeHtml(title)}</title><style>${style(brand?.color ?? usualColor)}</style></head><body><main>${logo === null ? '' : `<img src="${escapeHtml(logo)}" alt="${escapeHtml(name)}" referrerpolicy="no-referrer">`}<h1>${escapeHtml(title)}</h1>${body}</main></body></html>`,
    );
}

/** Black or white, whichever can be read better on it (WCAG 2.2, relative luminance). */
function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
}
