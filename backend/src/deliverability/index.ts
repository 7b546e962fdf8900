export { DeliverabilityApiModule, DeliverabilityModule } from './deliverability.module.js';
export { MailboxReader } from './mailbox-reader.js';
