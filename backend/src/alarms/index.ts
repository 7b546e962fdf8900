export { AlarmsApiModule, AlarmsWorkerModule } from './alarms.module.js';
export { Evaluator } from './evaluator.js';
export { Teller } from './teller.js';
