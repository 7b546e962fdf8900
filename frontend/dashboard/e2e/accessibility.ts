import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Check = { page: Page; only?: string[]; without?: string; inside?: string };
/**
 * Serious and critical violations, each with the first places where it is. The letter in its frame is its author's.
 */
async function violations({ page, only, without, inside }: Check): Promise<string[]> {
  const results = await page.evaluate(
    ([rules, left, part]) =>
      (window as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<AxeResults> } }).axe.run(
        { ...(part ? { include: [part] } : {}), exclude: ['iframe'] },
        {
          iframes: false,
          // Of what passes one place each is told, which is enough to know that it was looked at.
          resultTypes: ['violations'],
          preload: false,
          ...(rules ? { runOnly: rules } : {}),
          ...(left ? { rules: { [left]: { enabled: false } } } : {}),
        },
      ),
    [only, without, inside] as const,
  );
  // Contrast is what every page has, and names of what can be pressed: without them nothing was looked at.
  expect(results.passes.map(({ id }) => id)).toContain(without ? 'aria-valid-attr' : 'color-contrast');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary ?? ''})`)
          .join('; ')}`,
    );
}

/** Colours as they are in the end: the scheme arrives with a frame, and some change slowly. */
async function show({ page, scheme }: { page: Page; scheme: 'light' | 'dark' }): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.waitForFunction((wanted) => matchMedia(`(prefers-color-scheme: ${wanted})`).matches, scheme);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  // Brought to their end rather than waited for: one of something that is not drawn can stay under way for ever. The end
  // of one may begin another, of what inherits its colour.
  await page.evaluate(async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const changing = document.getAnimations().filter((each) => each instanceof CSSTransition);
      if (changing.length === 0) return;
      for (const each of changing) each.finish();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
  });
}

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/**
 * In light all rules; in dark, which only changes colours, their contrast; on a phone, where other things show, all
 * but that, and nothing sticks out. `inside`: only there, of a page that was looked at already.
 */
export async function check(page: Page, inside?: string): Promise<string[]> {
  await page.evaluate(axe);
  const part = inside === undefined ? {} : { inside };
  const light = await violations({ page, ...part });
  await show({ page, scheme: 'dark' });
  const dark = await violations({ page, ...part, only: ['color-contrast'] });
  await page.setViewportSize(phone);
  await show({ page, scheme: 'light' });
  const narrow = await violations({ page, ...part, without: 'color-contrast' });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize(wide);
  return [
    ...light,
    ...dark.map((each) => `dark: ${each}`),
    ...narrow.map((each) => `phone: ${each}`),
    ...(over > 0 ? [`phone: ${over} px too wide`] : []),
  ];
}
