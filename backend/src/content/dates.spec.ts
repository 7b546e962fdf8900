import { afterEach, describe, expect, it } from 'vitest';
import { renderTemplate } from './liquid.js';
import { renderLimits } from './render-job.js';

const own = process.env['TZ'];
afterEach(() => {
  if (own === undefined) delete process.env['TZ'];
  else process.env['TZ'] = own;
});

const now = '2026-03-31T20:30:05.007Z';
const run = (
  source: string,
  {
    zones = [],
    language,
    entry = {},
  }: { zones?: string[]; language?: string; entry?: Record<string, never> | Record<string, string | number> } = {},
) => {
  const result = renderTemplate(
    { source, escape: 'none' },
    {
      variables: { profile: {}, entry, event: entry, run: {}, now },
      zones,
      ...(language !== undefined && { language }),
      renderMs: renderLimits.renderMs,
    },
  );
  if (!result.ok) throw new Error(JSON.stringify(result));
  return { value: result.value, warnings: result.warnings };
};
const show = (...given: Parameters<typeof run>) => run(...given).value;

describe('dates in templates', () => {
  it('are those of the person, on every host', () => {
    for (const TZ of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles']) {
      process.env['TZ'] = TZ;
      expect(show('{{ now | date: "%A, %-d %B %Y %H:%M" }}', { zones: ['Asia/Seoul'] })).toBe(
        'Wednesday, 1 April 2026 05:30',
      );
      expect(show('{{ now | date: "%A, %-d %B %Y %H:%M" }}')).toBe('Tuesday, 31 March 2026 20:30');
      // A day, and a time without a zone, are shown as they were written.
      expect(
        show('{{ entry.day | date: "%-d %B" }}|{{ entry.local | date: "%H:%M %z" }}', {
          zones: ['America/New_York'],
          entry: { day: '2026-05-01', local: '2026-05-01T12:00' },
        }),
      ).toBe('1 May|12:00 -0400');
      expect(
        show('{{ entry.ms | date: "%Y" }} {{ entry.s | date: "%Y" }}', {
          entry: { ms: 1_777_635_000_000, s: 1_777_635_000 },
        }),
      ).toBe('2026 2026');
    }
  });
  it('name zones and months as people do, also in other languages', () => {
    expect(
      show(
        '{{ now | date: "%Z" }} {{ now | date: "%Z", "America/New_York" }} {{ now | date: "%Z %z %:z", "Asia/Seoul" }}',
      ),
    ).toBe('UTC EDT GMT+9 +0900 +09:00');
    expect(
      show('{{ now | date: "%A, %-d. %B", "Asia/Seoul", "de" }} {{ now | date: "%b", "Europe/Paris", "fr_FR" }}'),
    ).toBe('Mittwoch, 1. April mars');
    // The workspace's, unless the template asks for one; what programs read stays English.
    expect(
      show(
        '{{ now | date: "%A %-d %B" }} {{ now | date: "%B", "UTC", "fr" }} {{ now | date: "%B", "UTC", "x y" }} {{ now | date_to_rfc822 }}',
        { language: 'de' },
      ),
    ).toBe('Dienstag 31 März mars März Tue, 31 Mar 2026 20:30:05 +0000');
    expect(show('{{ now | date: "%A" }}', { language: 'not one' })).toBe('Tuesday');
  });
  it('know the directives of strftime', () => {
    expect(
      show(
        '{{ now | date: "%a %b %e %j %k %l %I %p %P %M %S %L %N %y %C %u %w %U %W %V %G %s %q %% %F %T %D %R %-m %_m %^a %#p %3d %Q" }}',
        { zones: ['UTC'] },
      ),
    ).toBe(
      'Tue Mar 31 090 20  8 08 PM pm 30 05 007 007000000 26 20 2 2 13 13 14 2026 1774989005 st % 2026-03-31 20:30:05 03/31/26 20:30 3  3 TUE pm 031 %Q',
    );
    expect(
      show(
        '{{ now | date }}|{{ now | date_to_xmlschema }}|{{ now | date_to_rfc822 }}|{{ now | date_to_string }}|{{ now | date_to_long_string: "ordinal", "US" }}',
        { zones: ['Europe/Berlin'] },
      ),
    ).toBe(
      'Tuesday, March 31, 2026 at 10:30 pm +0200|2026-03-31T22:30:05+02:00|Tue, 31 Mar 2026 22:30:05 +0200|31 Mar 2026|March 31st, 2026',
    );
  });
  it('fall back from a zone that does not exist, and say so', () => {
    expect(run('{{ now | date: "%H" }}', { zones: ['Mars/Olympus', 'Asia/Seoul'] })).toEqual({
      value: '05',
      warnings: [expect.stringContaining('“Mars/Olympus” is not a time zone')],
    });
    expect(run('{{ now | date: "%H", "nowhere", "x y" }}')).toEqual({
      value: '20',
      warnings: [expect.stringContaining('nowhere') as string, expect.stringContaining('is not a language') as string],
    });
    expect(show('{{ now | date: "%H:%M", "+05:30" }}')).toBe('02:00');
  });
  it('leave what is no date as it is, and say so', () => {
    expect(run('{{ entry.when | date: "%Y" }}', { entry: { when: '31/12/2026' } })).toEqual({
      value: '31/12/2026',
      warnings: [expect.stringContaining('not a date') as string],
    });
    expect(show('[{{ entry.nope | date: "%Y" }}]')).toBe('[]');
  });
});
