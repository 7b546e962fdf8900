import { toValue } from 'liquidjs';
import type { Context, FilterImplOptions, Liquid } from 'liquidjs';
import { readDate } from '@wend/contract/plain';
import { DateTime, IANAZone } from 'luxon';
import { languageOf, noteWarning, zonesOf } from './render-context.js';
import { textOf } from './placement.js';
import { strftime } from './strftime.js';

type Filter = Extract<FilterImplOptions, (...args: never[]) => unknown>;
type Self = ThisParameterType<Filter>;

const usual = '%A, %B %-e, %Y at %-l:%M %P %z';

/**
 * Liquid's filters for dates, in the person's zone and the workspace's language: `{{ entry.at | date: "%-d %B",
 * "Europe/Berlin", "de" }}` names another one, and a language for months and weekdays. What is no date stays as it is.
 */
export function registerDateFilters(engine: Liquid): void {
  engine.registerFilter(
    'date',
    function (this: Self, value: unknown, format?: unknown, zone?: unknown, language?: unknown) {
      return written(this.context, { value, format: textOf(format) || usual, zone, language });
    },
  );
  engine.registerFilter('date_to_xmlschema', function (this: Self, value: unknown) {
    return written(this.context, { value, format: '%Y-%m-%dT%H:%M:%S%:z' });
  });
  engine.registerFilter('date_to_rfc822', function (this: Self, value: unknown) {
    return written(this.context, { value, format: '%a, %d %b %Y %H:%M:%S %z', language: 'en' });
  });
  for (const [name, month] of [
    ['date_to_string', '%b'],
    ['date_to_long_string', '%B'],
  ] as const) {
    engine.registerFilter(name, function (this: Self, value: unknown, type?: unknown, style?: unknown) {
      const day = type === 'ordinal' ? '%-d%q' : '%d';
      return written(this.context, {
        value,
        format: type === 'ordinal' && style === 'US' ? `${month} ${day}, %Y` : `${day} ${month} %Y`,
      });
    });
  }
}

function written(
  context: Context,
  { value: given, format, zone, language }: { value: unknown; format: string; zone?: unknown; language?: unknown },
): unknown {
  const value: unknown = toValue(given);
  context.memoryLimit.use(format.length);
  if (value === null || value === undefined || value === '') return '';
  const at = dateTimeOf(context, { value, zone: zoneOf(context, zone) });
  if (!at) {
    noteWarning(context, `“${textOf(value).slice(0, 60)}” is not a date that can be read, so it is printed as it is.`);
    return value;
  }
  const text = strftime(at.setLocale(localeOf(context, language)), format);
  // Seconds since 1970 are a number, for JSON and for sums.
  return format.trim() === '%s' ? Number(text) : text;
}

/** `'now'` in a template is the run's time: in a test run, or late delivery, it differs from the clock. */
function dateTimeOf(context: Context, { value, zone }: { value: unknown; zone: string }): DateTime | null {
  const read = readDate(value === 'now' || value === 'today' ? context.getSync(['now']) : value);
  if (!read) return null;
  if (read.kind === 'instant') return valid(DateTime.fromMillis(read.at, { zone }));
  // A day, or a time without a zone, is the person's own: it is shown as it was written.
  const { kind: _, ...wall } = read;
  return valid(DateTime.fromObject(wall, { zone }));
}

function valid(at: DateTime): DateTime | null {
  return at.isValid ? at : null;
}

/**
 * The zone that is asked for, else the person's, else the workspace's, else UTC: a zone that does not exist must not
 * keep a message back.
 */
function zoneOf(context: Context, asked: unknown): string {
  const wished = asked === undefined || asked === null || asked === '' ? [] : [textOf(asked)];
  for (const zone of [...wished, ...zonesOf(context)]) {
    if (IANAZone.isValidZone(zone)) return zone;
    const fixed = /^(?:UTC)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
    if (fixed) return `UTC${fixed[1]}${Number(fixed[2])}${fixed[3] ? `:${fixed[3]}` : ''}`;
    noteWarning(context, `“${zone.slice(0, 60)}” is not a time zone: write one such as Europe/Berlin.`);
  }
  return 'UTC';
}

function localeOf(context: Context, asked: unknown): string {
  const tag = textOf(asked).replaceAll('_', '-');
  if (tag !== '' && isLanguage(tag)) return tag;
  if (tag !== '') noteWarning(context, `“${tag.slice(0, 40)}” is not a language: write one such as de or pt-BR.`);
  const usual = languageOf(context);
  return isLanguage(usual) ? usual : 'en';
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
