/** What the page says when it asks. */
export type PromptTexts = {
  title: string;
  text: string;
  /** The button that leads to the browser's own question. */
  accept: string;
  /** The button that puts it off. */
  later: string;
};

const style = `
:host { all: initial; direction: inherit; color-scheme: inherit; }
section { position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px; box-sizing: border-box;
  inline-size: min(360px, calc(100vw - 32px)); padding: 16px; border-radius: 12px; text-align: start;
  border: 1px solid color-mix(in srgb, CanvasText 16%, Canvas); background: Canvas; color: CanvasText;
  font: 14px/1.45 var(--wend-font, system-ui, sans-serif); box-shadow: 0 8px 32px rgb(0 0 0 / 24%); outline: none; }
h2 { margin: 0 0 4px; font-size: 15px; font-weight: 600; line-height: 1.35; }
p { margin: 0 0 14px; }
div { display: flex; flex-wrap: wrap; gap: 8px; }
button { font: inherit; font-weight: 500; min-block-size: 36px; padding: 6px 14px; border-radius: 8px; cursor: pointer;
  border: 1px solid color-mix(in srgb, CanvasText 40%, Canvas); background: Canvas; color: CanvasText; }
.accept { background: var(--wend-accent, CanvasText); color: var(--wend-on-accent, Canvas); border-color: transparent; }
button:focus-visible { outline: 2px solid CanvasText; outline-offset: 2px; }
@media print { section { display: none; } }`;

/**
 * Shows the question in a corner, in a shadow root so that neither page nor dialog styles the other. It blocks nothing
 * of the page. `accepted` runs within the click, where a browser allows its own question.
 * @returns false when it was put off or closed
 */
export function showPrompt<T>(texts: PromptTexts, accepted: () => Promise<T>): Promise<T | false> {
  const host = document.createElement('wend-prompt');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet: a content security policy without inline styles lets it through.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const add = <K extends keyof HTMLElementTagNameMap>(parent: Node, tag: K, parts: Partial<HTMLElementTagNameMap[K]>) =>
    parent.appendChild(Object.assign(document.createElement(tag), parts));
  const box = add(root, 'section', { tabIndex: -1 });
  box.setAttribute('role', 'dialog');
  box.setAttribute('aria-labelledby', 'title');
  box.setAttribute('aria-describedby', 'text');
  add(box, 'h2', { id: 'title', textContent: texts.title });
  add(box, 'p', { id: 'text', textContent: texts.text });
  const buttons = add(box, 'div', {});
  const accept = add(buttons, 'button', { type: 'button', className: 'accept', textContent: texts.accept });
  const later = add(buttons, 'button', { type: 'button', className: 'later', textContent: texts.later });
  const before = document.activeElement;
  return new Promise((resolve, reject) => {
    const close = (): void => {
      const hadFocus = document.activeElement === host;
      host.remove();
      if (hadFocus && before instanceof HTMLElement) before.focus();
    };
    const putOff = (): void => {
      close();
      resolve(false);
    };
    accept.addEventListener('click', () => {
      const answer = accepted();
      close();
      answer.then(resolve, reject);
    });
    later.addEventListener('click', putOff);
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') putOff();
    });
    document.body.append(host);
    // Read out at once, but never under the fingers of somebody who writes.
    if (!before?.matches('input, textarea, select, [contenteditable]')) box.focus({ preventScroll: true });
  });
}
