import { isChannel, noChannelWords, personChannels } from '@wend/contract';
import type { Cap, QuietSettings } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';

type Wrong = { path: string; message: string };

/**
 * Throws `UserError` 422 where limits name a channel that reaches no people: such a limit would never act, and be missed
 * where it was meant. `path`: of the list.
 */
export function checkLimitChannels(limits: readonly Cap[], path = 'limits'): void {
  const known = personChannels();
  refuse(
    limits.flatMap(({ channels = [] }, limit) =>
      channels.flatMap((channel, index): Wrong[] =>
        known.includes(channel)
          ? []
          : [
              {
                path: `${path}.${limit}.channels.${index}`,
                message: `“${channel}” is no channel of people; there are ${known.join(', ')}`,
              },
            ],
      ),
    ),
  );
}

/** Throws `UserError` 422 where quiet hours are of a channel that is not there. */
export function checkQuietChannels({ channels }: QuietSettings): void {
  refuse(
    channels.flatMap(({ channel }, index): Wrong[] =>
      isChannel(channel) ? [] : [{ path: `channels.${index}.channel`, message: noChannelWords(channel) }],
    ),
  );
}

function refuse(errors: Wrong[]): void {
  if (errors.length > 0)
    throw new UserError('unknown-channel', 'These settings can’t be saved; see "errors".', { status: 422, errors });
}
