export { done, exit, sleep, toCallOutcome, waitFor } from './outcomes.js';
export type { Outcome } from './outcomes.js';
export { isPermanentError, isRetryAfter, PermanentError, RetryAfter } from './errors.js';
export type {
  Http,
  HttpRequest,
  HttpResponse,
  Log,
  Resume,
  RunContext,
  RunProfile,
  SimulateContext,
} from './context.js';
export { defineChannel } from './define-channel.js';
export type {
  ChannelCode,
  ChannelOptions,
  ComposeInput,
  Escape,
  MailDocument,
  MailPart,
  MessageLinks,
  MessageProblem,
  MessageTemplate,
} from './define-channel.js';
export { defineProvider } from './define-provider.js';
export type {
  Device,
  DeviceResult,
  OpenConnection,
  ProviderCode,
  ProviderDefinition,
  ProviderOptions,
  ProviderRequest,
  ProviderResponse,
  ProviderServices,
  SendRequest,
  SendResult,
  SendingDomain,
} from './define-provider.js';
export { FeedbackRefused, feedbackJson, readEach } from './feedback.js';
export type { Feedback, FeedbackEvent, FeedbackKind, FeedbackRequest } from './feedback.js';
export { httpRefusal, retryAfterSeconds } from './http-refusal.js';
export { ProviderError, Withdrawn } from './provider-error.js';
export type { ProviderErrorClass } from './provider-error.js';
export { defineNode } from './define-node.js';
export type { NodeDefinition, NodeOptions } from './define-node.js';
export {
  durationField,
  filterField,
  liquidField,
  longestWaitSeconds,
  parseRunning,
  ruleField,
  spanField,
  templateField,
} from './fields.js';
export { nodeKey } from '@wend/contract';
export { loadPackages } from './load-packages.js';
export type { Brought, Importer } from './load-packages.js';
export { lowerSend, messagePorts } from './message.js';
export { sampleValue } from './sample.js';
export type {
  CallOutcome,
  ChannelDefinition,
  FieldMeta,
  Json,
  JsonObject,
  LowerContext,
  Lowered,
  NodeManifest,
  Rule,
  SettingMeta,
} from '@wend/contract';
