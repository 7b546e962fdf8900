import { readEach } from '@wend/node-sdk';
import type { Feedback, FeedbackEvent } from '@wend/node-sdk';
import { messageHeader } from '../../mail-maker.js';
import { readMailbox } from '../../mime/header.js';

/** The tag that a mail is sent with; configuration sets give it back. */
export const messageTag = 'wend-message';

type Recipient = { emailAddress: string; status?: string; diagnosticCode?: string };
/**
 * What SES publishes: `notificationType` of an identity's notifications, `eventType` of a configuration set's events.
 * https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
type SesNotice = {
  notificationType?: string;
  eventType?: string;
  mail?: {
    messageId?: string;
    headers?: { name: string; value: string }[];
    tags?: Record<string, string[]>;
    destination?: string[];
    timestamp?: string;
  };
  bounce?: {
    bounceType?: string;
    bounceSubType?: string;
    bouncedRecipients?: Recipient[];
    timestamp?: string;
    feedbackId?: string;
  };
  complaint?: {
    complainedRecipients?: Recipient[];
    complaintFeedbackType?: string;
    timestamp?: string;
    feedbackId?: string;
  };
  delivery?: { recipients?: string[]; timestamp?: string; smtpResponse?: string };
  reject?: { reason?: string };
};

/**
 * What a notice tells: one event for each recipient it speaks of. `noticeId` is that of SNS. Delays, openings and clicks
 * say nothing here: SES goes on by itself, and Wend sees the others.
 */
export function sesEvents(notice: SesNotice, noticeId: string): Pick<Feedback, 'events' | 'unread'> {
  const mail = notice.mail ?? {};
  const header = mail.headers?.find((each) => each?.name?.toLowerCase() === messageHeader.toLowerCase())?.value;
  const messageId = mail.tags?.[messageTag]?.[0] ?? header;
  return readEach<Told>(told(notice), ({ recipient, at, ...event }) => [
    {
      ...event,
      id: `${noticeId}:${recipient}`,
      recipient: readMailbox(recipient)?.address ?? recipient,
      ...(messageId !== undefined && { messageId }),
      ...(mail.messageId !== undefined && { providerId: mail.messageId }),
      ...(at !== undefined && !Number.isNaN(Date.parse(at)) && { at: new Date(at) }),
    },
  ]);
}

type Told = Pick<FeedbackEvent, 'kind' | 'detail'> & { recipient: string; at: string | undefined };

/** `recipient` is no text where SES, or whoever stands between, sent none. */
function told({ notificationType, eventType, mail, bounce, complaint, delivery, reject }: SesNotice): Told[] {
  const type = eventType ?? notificationType;
  if (type === 'Bounce')
    return (bounce?.bouncedRecipients ?? []).map((each) => ({
      // `Undetermined` is not known to be for good.
      kind: bounce?.bounceType === 'Permanent' ? 'bounced' : 'softBounced',
      recipient: each?.emailAddress,
      at: bounce?.timestamp,
      ...detailOf([bounce?.bounceSubType, each?.diagnosticCode ?? each?.status]),
    }));
  // Somebody took it out of the junk folder.
  if (type === 'Complaint' && complaint?.complaintFeedbackType !== 'not-spam')
    return (complaint?.complainedRecipients ?? []).map((each) => ({
      kind: 'complained',
      recipient: each?.emailAddress,
      at: complaint?.timestamp,
      ...detailOf([complaint?.complaintFeedbackType]),
    }));
  if (type === 'Delivery')
    return (delivery?.recipients ?? []).map((recipient) => ({
      kind: 'delivered',
      recipient,
      at: delivery?.timestamp,
      ...detailOf([delivery?.smtpResponse]),
    }));
  if (type === 'Reject')
    return (mail?.destination ?? []).map((recipient) => ({
      kind: 'failed',
      recipient,
      at: mail?.timestamp,
      ...detailOf([reject?.reason]),
    }));
  return [];
}

function detailOf(parts: (string | undefined)[]): { detail?: string } {
  const detail = parts.filter(Boolean).join(': ').slice(0, 300);
  return detail === '' ? {} : { detail };
}
