export { BusinessEventsModule } from './business-events.module.js';
