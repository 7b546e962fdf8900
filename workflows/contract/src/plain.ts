/**
 * What of the contract needs no schema: for browsers, which would load a library and evaluate every schema only to call
 * a route or draw a card. Types come from the whole contract, as does what checks something unknown (a file, a pasted
 * text, settings): load that when it is wanted.
 */
export * from './access/permissions.js';
export * from './alarms/index.js';
export { endpoints as api } from './api/endpoints.js';
export type { Endpoint } from './api/endpoints.js';
export * from './api/statuses.js';
export * from './as-number.js';
export * from './channels/index.js';
export * from './claim.js';
export * from './clock-time.js';
export * from './compare/index.js';
export * from './delivery-rules/cap-words.js';
export * from './delivery-rules/public-holidays.js';
export * from './delivery-rules/quiet-presets.js';
export * from './double-opt-in.js';
export * from './edit.js';
export * from './edit-connect.js';
export * from './entries/index.js';
export * from './exits.js';
export * from './field.js';
export * from './imports.js';
export * from './instant-in.js';
export * from './is-object.js';
export * from './manifest-words.js';
export * from './node-key.js';
export * from './path.js';
export * from './read-date.js';
export * from './rule-shape.js';
export { whatChanges } from './rules/what-changes.js';
export type { WhatChanges } from './rules/what-changes.js';
export type { WorkspaceSetting } from './rules/operands/index.js';
export * from './schedules/index.js';
export * from './secret-looking.js';
export * from './structure.js';
export * from './sub-journey-card.js';
export * from './sub-journey-scope.js';
export * from './topic-key.js';
export * from './when/index.js';
export * from './words.js';
export * from './approved-variables.js';
export * from './undo-port.js';
export * from './validate-rule.js';
