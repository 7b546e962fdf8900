const reasons: Record<string, string> = {
  unsubscribed: 'The person left this channel.',
  unreachable: 'There was no address or device to send to.',
  capped: 'The person had enough messages already.',
  quiet: 'It was night where the person is.',
  aborted: 'The run ended before the message left.',
  holdout: 'The person is kept out on purpose.',
  expired: 'It came too late to be of use.',
  invalid: 'The address does not work.',
};

/** Why a message was not sent, in words; an unknown reason is shown as it is. */
export function reasonWords(reason: string): string {
  return reasons[reason] ?? reason;
}
