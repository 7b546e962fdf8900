export { DeliveryLoop } from './delivery-loop.js';
export type { DeliveryOptions } from './delivery.service.js';
export { DeliveryModule, MessagesModule } from './messages.module.js';
export { MessagesService } from './messages.service.js';
export { OutcomesService } from './outcomes.service.js';
export type { Outcome } from './outcomes.service.js';
