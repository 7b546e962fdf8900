const reasons: Record<string, string> = {
  unsubscribed: 'The person left this channel.',
  unreachable: 'There was no address or device to send to.',
  capped: 'The person had enough messages already.',
  quiet: 'It was night where the person is.',
  aborted: 'The run ended before the message left.',
  holdout: 'The person is kept out on purpose.',
  expired: 'It came too late to be of use.',
  invalid: 'Something in it is not valid.',
  timeout: 'The provider did not answer in time.',
  network: 'The provider could not be reached.',
  rateLimited: 'The provider asked to send more slowly.',
  serverError: 'The provider had a fault.',
  configuration: 'The connection is not set up right: look under Settings, E-mail.',
  rejected: 'The provider refused the message.',
  badAddress: 'The address does not exist or takes no messages.',
};

/** Why a message was not sent or not yet, in words; an unknown reason is shown as it is. */
export function reasonWords(reason: string): string {
  return reasons[reason] ?? reason;
}
