const openPixel = /<img\b[^>]*\bsrc\s*=\s*["']?[^"'\s>]*\/t\/o\/[^>]*>/gi;

/**
 * A mail's HTML for a sandboxed frame: its links open in a new tab, nothing tells where one came from, and looking at
 * it here does not count as an opening (the tracking pixel is left out). `scheme` is what the receiver's device is set
 * to: a sandboxed frame would follow the viewer's own, so the conditions are answered here.
 */
export function emailDocument({ html, scheme }: { html: string; scheme: 'light' | 'dark' }): string {
  const head = `<base target="_blank"><meta name="referrer" content="no-referrer"><style>:root{color-scheme:only ${scheme}}</style>`;
  const clean = inScheme({ html: html.replace(openPixel, '').replace(/<base\b[^>]*>/gi, ''), scheme });
  const at = /<head(?:\s[^>]*)?>/i.exec(clean) ?? /<html(?:\s[^>]*)?>/i.exec(clean) ?? /<!doctype[^>]*>/i.exec(clean);
  if (!at) return `<!doctype html>${head}${clean}`;
  const end = at.index + at[0].length;
  return clean.slice(0, end) + head + clean.slice(end);
}

function inScheme({ html, scheme }: { html: string; scheme: 'light' | 'dark' }): string {
  return html.replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, asked: string) =>
    asked.toLowerCase() === scheme ? '(min-width: 0px)' : '(max-width: 0px)',
  );
}
