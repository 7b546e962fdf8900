import { z } from 'zod';

/** The id of an item of a list that makes a port: edges refer to it, so it never changes. */
export const itemId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, “-” or “_”.')
  .meta({ title: 'Id' });

/** What the item's way out is called on the canvas. */
export function itemLabel(placeholder: string): z.ZodString {
  return z.string().trim().min(1).max(60).meta({ title: 'Name', description: 'Shown on the path.', placeholder });
}

/** True when every item leads out by a port of its own; `reserved` are ports that the node has anyway. */
export function haveOwnPorts(items: readonly { id: string }[], reserved: readonly string[] = []): boolean {
  return new Set([...items.map((item) => item.id), ...reserved]).size === items.length + reserved.length;
}
