import { sharesSql } from './delivery.sql.js';

/** Failed and bounced messages of those that were tried. */
export const failuresSql = sharesSql({ table: 'delivery_minutes', unit: 'minute', of: 'tried', bad: 'failed' });
