export { InsightsModule } from './insights.module.js';
export { LiveService } from './live.service.js';
