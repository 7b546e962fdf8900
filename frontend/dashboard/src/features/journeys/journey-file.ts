import { graph as graphSchema } from '@wend/contract';
import type { Graph } from '@wend/contract';

const format = 'wend-journey/1';

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}

/** A journey as a text whose order depends on nothing but its content: readable when two are compared in Git. */
export function journeyToFile({ name, graph }: { name: string; graph: Graph }): string {
  const edges = [...graph.edges].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${JSON.stringify({ format, name, graph: sorted({ ...graph, edges }) }, null, 2)}\n`;
}

/** @throws {Error} that says what is wrong with the file */
export function journeyFromFile(text: string): { name: string; graph: Graph } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error('This file is not JSON. Choose a file that was exported from Wend.');
  }
  const file = (content ?? {}) as { format?: unknown; name?: unknown; graph?: unknown };
  if (file.format !== format) throw new Error(`This file is not a journey: "format" must be "${format}".`);
  const parsed = graphSchema.safeParse(file.graph);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`The journey in this file is damaged at graph.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}.`);
  }
  return { name: typeof file.name === 'string' && file.name.trim() !== '' ? file.name.trim().slice(0, 120) : 'Imported journey', graph: parsed.data };
}

/** A file name that every system takes. */
export function journeyFileName(name: string): string {
  return `${name.normalize('NFKD').replace(/\p{M}+/gu, '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').toLowerCase().slice(0, 80) || 'journey'}.wend.json`;
}

/** Hands the text to the browser as a download. */
export function download({ name, text }: { name: string; text: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
