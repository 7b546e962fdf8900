import { personChannels } from '@wend/contract';
import type { ImportSettings } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';
import { consentKey } from './consent-key.js';
import type { Found } from './inspect-file.js';

/** What is wrong with how columns are mapped, each with the place where it is; throws when anything is. */
export function checkSettings(settings: ImportSettings, found: Found, topics: ReadonlySet<string>): void {
  const { columns, match } = settings;
  const errors: { path: string; message: string }[] = [];
  if (settings.delimiter !== found.delimiter)
    throw wrong([
      {
        path: 'delimiter',
        message: `The columns of this file were read with “${signOf(found.delimiter)}” between them. To read them with “${signOf(settings.delimiter)}”, ask for that first (/read), and map the columns that are found then.`,
      },
    ]);
  if (columns.length !== found.columns.length)
    throw wrong([
      { path: 'columns', message: `must have one entry for each of the ${found.columns.length} columns of the file` },
    ]);
  const seen = new Map<string, number>();
  for (const [index, column] of columns.entries()) {
    const path = `columns.${index}`;
    if (column.to === 'ignore') continue;
    if (column.to === 'consent' && !personChannels().includes(column.channel))
      errors.push({ path, message: `There is no channel “${column.channel}”.` });
    if (column.to === 'consent' && column.topic !== undefined && !topics.has(column.topic))
      errors.push({ path, message: `There is no topic “${column.topic}”. Add it first, or choose another one.` });
    const what = targetOf(column);
    const other = seen.get(what);
    if (other !== undefined)
      errors.push({ path, message: `“${found.columns[other]!.name}” goes to the same place. Ignore one of the two.` });
    else seen.set(what, index);
  }
  if (!columns.some(({ to }) => to === match))
    errors.push({
      path: 'match',
      message:
        match === 'externalId'
          ? 'People are found by external ID: choose the column that has it.'
          : 'People are found by email: choose the column that has it.',
    });
  if (errors.length > 0) throw wrong(errors);
}

/** The traits that email and phone go to are those of their names. */
function targetOf(column: ImportSettings['columns'][number]): string {
  if (column.to === 'trait') return `trait ${column.name}`;
  if (column.to === 'email' || column.to === 'phone') return `trait ${column.to}`;
  return column.to === 'consent' ? `consent ${consentKey(column)}` : column.to;
}

function signOf(delimiter: Found['delimiter']): string {
  return delimiter === '\t' ? 'tab' : delimiter;
}

function wrong(errors: { path: string; message: string }[]): UserError {
  return new UserError('invalid-mapping', errors[0]!.message, { status: 422, errors });
}

export function noSegment(): UserError {
  return wrong([
    {
      path: 'segmentId',
      message: 'This segment doesn’t exist any more, is archived, or follows a rule. Choose a manual segment.',
    },
  ]);
}
