const openPixel = /<img\b[^>]*\bsrc\s*=\s*["']?[^"'\s>]*\/t\/o\/[^>]*>/gi;

/**
 * A mail's HTML for a sandboxed frame: its links open in a new tab, nothing tells where one came from, and looking at it here
 * does not count as an opening (the tracking pixel is left out).
 */
export function emailDocument(html: string): string {
  const head = '<base target="_blank"><meta name="referrer" content="no-referrer">';
  const clean = html.replace(openPixel, '').replace(/<base\b[^>]*>/gi, '');
  const at = /<head(?:\s[^>]*)?>/i.exec(clean) ?? /<html(?:\s[^>]*)?>/i.exec(clean) ?? /<!doctype[^>]*>/i.exec(clean);
  if (!at) return `<!doctype html>${head}${clean}`;
  const end = at.index + at[0].length;
  return clean.slice(0, end) + head + clean.slice(end);
}
