declare global {
  // What `earlyScript` began; null stands for no answer.
  var wendEarly: Record<string, Promise<Response | null>> | undefined;
}

const journeyPath = /^\/journeys\/([0-9a-f-]{36})(?:[?#]|$)/;

/**
 * A script for the head of a page that asks for what the page will need, while the browser still loads the page's own
 * scripts: else a journey is asked for only once they run. Null for pages that wait for nothing large.
 */
export function earlyScript(path: string): string | null {
  const id = journeyPath.exec(path)?.[1];
  if (!id) return null;
  const urls = [`/api/journeys/${id}`, '/api/node-types'];
  return `self.wendEarly=Object.fromEntries(${JSON.stringify(urls)}.map((url)=>[url,fetch(url,{headers:{accept:"application/json"},credentials:"same-origin"}).catch(()=>null)]))`;
}

/**
 * Longer after the document began its answers are not taken any more: they could be older than what the page has saved
 * since.
 */
const freshFor = 10_000;

/** The answer that the document has asked for already: once, for whoever asks first after it was loaded. */
export function takeEarlyAnswer(url: string, now = performance.now()): Promise<Response | null> | null {
  const answer = globalThis.wendEarly?.[url];
  if (!answer) return null;
  delete globalThis.wendEarly?.[url];
  return now < freshFor ? answer : null;
}
