import type { ChannelDefinition } from './definition.js';

export const email: ChannelDefinition = {
  name: 'email',
  label: 'Email',
  words: 'email',
  plural: 'emails',
  labels: { ko: '이메일', ja: 'メール', de: 'E-Mail', fr: 'E-mail', es: 'Correo electrónico', pt: 'E-mail' },
  icon: 'mail',
  address: { noun: 'valid email address', trait: 'email', ofMembers: true },
  states: ['delivered', 'opened', 'clicked'],
  content: [
    { name: 'from', label: 'Sender' },
    { name: 'replyTo', label: 'Reply to' },
    { name: 'subject', label: 'Subject', searched: true },
    { name: 'preheader', label: 'Preview text' },
    { name: 'text', label: 'Text', searched: true },
  ],
  title: '{subject}',
  ownDomain: true,
  opening: 'subject',
  // Its links lead through Wend by themselves.
  receiver: { opens: true, clicks: 'inside' },
};
