export { ClaimsModule } from './claims.module.js';
export { Claims } from './claims.service.js';
