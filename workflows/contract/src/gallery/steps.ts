import type { JsonObject } from '../json.js';

type To = Record<string, string>;
type Step = { id: string; type: string; name: string; config: JsonObject; to?: To };

/** The short ways to write the steps that most journeys of the gallery have. */
export function entry(id: string, { name, event, to }: { name: string; event: string; to: string }): Step {
  return { id, type: 'entry-event', name, config: { event }, to: { next: to } };
}

/** An email of a heading, paragraphs and a link; people without an address go on as well. */
export function email(
  id: string,
  {
    name,
    subject,
    paragraphs,
    link,
    to,
    otherwise = to,
    ...more
  }: {
    name: string;
    subject: string;
    paragraphs: string[];
    link?: { label: string; url: string };
    to: string;
    otherwise?: string;
    messageClass?: 'transactional';
  },
): Step {
  const lines = [
    `<h1>${subject}</h1>`,
    ...paragraphs.map((text) => `<p>${text}</p>`),
    ...(link ? [`<p><a href="${link.url}">${link.label}</a></p>`] : []),
  ];
  const config = { subject, body: lines.join('\n'), ...more };
  return { id, type: 'email', name, config, to: { queued: to, notReachable: otherwise } };
}

export function push(
  id: string,
  {
    name,
    title,
    body,
    to,
    otherwise = to,
    ...more
  }: {
    name: string;
    title: string;
    body: string;
    link?: string;
    to: string;
    otherwise?: string;
    messageClass?: 'transactional';
  },
): Step {
  return { id, type: 'push', name, config: { title, body, ...more }, to: { queued: to, notReachable: otherwise } };
}

export function sms(
  id: string,
  {
    name,
    text,
    to,
    otherwise = to,
    ...more
  }: {
    name: string;
    text: string;
    to: string;
    otherwise?: string;
    messageClass?: 'transactional';
  },
): Step {
  return { id, type: 'sms', name, config: { text, ...more }, to: { queued: to, notReachable: otherwise } };
}

/** Exact days, hours or minutes. */
export function wait(
  id: string,
  { name, amount, unit, to }: { name: string; amount: number; unit: 'days' | 'hours' | 'minutes'; to: string },
): Step {
  return { id, type: 'wait', name, config: { duration: { amount, unit } }, to: { next: to } };
}

/** The calendar where the person lives: so many days later, at a time of day. */
export function days(
  id: string,
  { name, amount, time, to }: { name: string; amount: number; time: string; to: string },
): Step {
  const duration = { amount, unit: 'calendarDays' };
  return { id, type: 'wait', name, config: { duration, at: 'time', time }, to: { next: to } };
}

/** Until an event, or what a message comes to, but not for ever. */
export function waitFor(
  id: string,
  {
    name,
    label,
    trigger,
    amount,
    unit,
    to,
    timeout,
  }: {
    name: string;
    label: string;
    trigger: JsonObject;
    amount: number;
    unit: 'days' | 'hours' | 'minutes';
    to: string;
    timeout: string;
  },
): Step {
  const config = { events: [{ id: 'came', label, trigger }], timeout: { amount, unit }, lookBack: true };
  return { id, type: 'wait-for-events', name, config, to: { came: to, timeout } };
}

export function exit(id: string, reason: string): Step {
  return { id, type: 'exit', name: `Exit: ${reason.toLowerCase()}`, config: { reason } };
}

/** An exit by an event that is about the same thing as the entry. */
export function sameExit(id: string, { event, property }: { event: string; property: string }) {
  return {
    id,
    event,
    where: {
      op: 'compare' as const,
      left: { source: 'property' as const, path: property },
      is: 'equals' as const,
      value: { entry: property },
    },
  };
}
