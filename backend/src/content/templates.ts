import type { Channel, Json, JsonObject } from '@wend/contract';
import type { Template } from './render-job.js';

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The templates in a message node's config, by the path where an editor shows their errors. */
export function templatesOf({ channel, config }: { channel: Channel; config: JsonObject }): Record<string, Template> {
  switch (channel) {
    case 'email':
      return { ...plain(config, ['from', 'subject', 'preheader']), body: { source: text(config['body']), escape: 'html' } };
    case 'sms':
      return plain(config, ['text']);
    case 'push':
    case 'webpush':
      return plain(config, ['title', 'body', 'link', 'image']);
    case 'webhook': {
      const headers = headersOf(config).map(({ value }, index): [string, Template] => [`headers[${index}].value`, { source: value, escape: 'none' }]);
      return { ...plain(config, ['url', 'body']), ...Object.fromEntries(headers) };
    }
  }
}

export function headersOf(config: JsonObject): { name: string; value: string }[] {
  const headers = Array.isArray(config['headers']) ? config['headers'] : [];
  return headers.map((header) => {
    const { name, value } = (header ?? {}) as JsonObject;
    return { name: text(name).trim(), value: text(value) };
  });
}

function plain(config: JsonObject, fields: string[]): Record<string, Template> {
  return Object.fromEntries(fields.filter((field) => text(config[field]) !== '').map((field) => [field, { source: text(config[field]), escape: 'none' }]));
}
