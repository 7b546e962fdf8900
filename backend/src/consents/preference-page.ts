import { escapeHtml } from '../platform/text/index.js';
import { channelNames } from './channel-words.js';
import { filled, pageLanguages } from './page-words.js';
import type { PageWords } from './page-words.js';
import type { Choice, Choices } from './preferences.service.js';

type FormOptions = {
  words: PageWords;
  language: string;
  workspace: string;
  /** Where the person lives (IANA). */
  zone: string;
  choices: Choices;
  intro: string;
  /** What was done just now, as text. */
  told: string | null;
};

const field = (channel: string, topic: string | null) => (topic === null ? `c:${channel}` : `t:${channel}:${topic}`);

/** The form: boxes for each topic on its channels and for each channel, saved by a POST to where it stands. */
export function preferenceForm({ words, language, workspace, zone, choices, intro, told }: FormOptions): string {
  const text = (words: string, names: Record<string, string> = {}) =>
    escapeHtml(filled(words, { workspace, ...names }));
  const box = (name: string, { label, checked, title }: { label: string; checked: boolean; title?: string }) =>
    `<label><input type="checkbox" name="${escapeHtml(name)}"${checked ? ' checked' : ''}${title === undefined ? '' : ` aria-label="${escapeHtml(title)}"`}><span>${escapeHtml(label)}</span></label><input type="hidden" name="shown" value="${escapeHtml(name)}">`;
  const topics = choices.topics
    .map(
      ({ key, name, description, channels }) =>
        `<div class="row"><fieldset><legend>${escapeHtml(name)}</legend>${description === '' ? '' : `<p class="soft">${escapeHtml(description)}</p>`}<div class="boxes">${channels
          .map(({ channel, state }) => {
            const label = channelNames(channel, language).channel;
            return box(field(channel, key), {
              label,
              checked: state === 'subscribed',
              title: `${name} · ${label}`,
            });
          })
          .join('')}</div></fieldset></div>`,
    )
    .join('');
  const channels = choices.channels
    .map(({ channel, state }) =>
      box(field(channel, null), {
        label: filled(words.all, channelNames(channel, language)),
        checked: state === 'subscribed',
      }),
    )
    .join('');
  const until = choices.pausedUntil;
  return [
    ...(told === null ? [] : [`<p class="told" role="status">${escapeHtml(told)}</p>`]),
    `<p>${escapeHtml(intro)}</p>`,
    ...(until === null
      ? []
      : [`<p class="told">${text(words.paused, { date: dayOf(until, { language, zone }) })}</p>`]),
    `<form method="post" action="?lang=${language}">`,
    ...(topics === '' ? [] : [`<h2>${text(words.topics)}</h2><div class="card">${topics}</div>`]),
    `<h2>${text(words.channels)}</h2>`,
    ...(topics === '' ? [] : [`<p class="soft">${text(words.channelsHelp)}</p>`]),
    `<div class="card">${channels}</div>`,
    `<div class="actions"><button name="do" value="save">${text(words.save)}</button>${button(until === null ? 'pause' : 'resume', text(until === null ? words.pause : words.resume))}${button('none', text(words.none))}</div>`,
    '</form>',
    languageLinks(language),
  ].join('');
}

function button(value: string, label: string): string {
  return `<button class="quiet" name="do" value="${value}">${label}</button>`;
}

/** To the same page in other languages. */
function languageLinks(language: string): string {
  return `<nav class="soft" aria-label="Language">${pageLanguages
    .map(({ language: other, name }) =>
      other === language
        ? `<span aria-current="true">${name}</span>`
        : `<a href="?lang=${other}" hreflang="${other}" lang="${other}">${name}</a>`,
    )
    .join('')}</nav>`;
}

/** What was chosen of what was shown: a box that was not shown says nothing. */
export function readChoices(
  form: URLSearchParams,
  { choices, words, language }: Pick<FormOptions, 'choices' | 'words' | 'language'>,
): Choice[] {
  const shown = new Set(form.getAll('shown'));
  const ofTopics = choices.topics.flatMap(({ key, name, channels }) =>
    channels.map(({ channel }) => ({
      channel,
      topic: key,
      shown: `${name} · ${channelNames(channel, language).channel}`,
    })),
  );
  const ofChannels = choices.channels.map(({ channel }) => ({
    channel,
    topic: null,
    shown: filled(words.all, channelNames(channel, language)),
  }));
  return [...ofTopics, ...ofChannels]
    .map((choice) => ({ ...choice, name: field(choice.channel, choice.topic) }))
    .filter(({ name }) => shown.has(name))
    .map(({ name, ...choice }) => ({ ...choice, wants: form.has(name) }));
}

/** `31 December 2026`, as the language writes it, where the person lives. */
export function dayOf(date: Date, { language, zone }: { language: string; zone: string }): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: zone }).format(date);
}
