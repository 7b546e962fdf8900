import { sharesSql } from './delivery.sql.js';

/** Complaints of those that went out. */
export const complaintsSql = sharesSql({ table: 'delivery_hours', unit: 'hour', of: 'sent', bad: 'complained' });
