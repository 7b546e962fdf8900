/** Pure functions and data that import nothing else, and that also the engine may load, which runs in the workflow sandbox. */
export { asNumber, decimalOf } from './as-number.js';
export { sameJson } from './compare/same-json.js';
export { inEntryOrder } from './entries/order.js';
export { exitEventOf } from './exits.js';
export { digestFull } from './claim.js';
export { messageClassOf } from './channels/message-class.js';
export { dayFromNumber, dayText, readDay } from './clock-time.js';
export { foldCase } from './fold-case.js';
export { nodeKey } from './node-key.js';
export { liquidKeys, pathKeys, pathOf } from './path.js';
export { dayNumber, dayOf, instantInUtc, readDate } from './read-date.js';
export { filtersOf, withFilter } from './rules/operands/filter.js';
export { scoping } from './sub-journey-scope.js';
export { applyTraitChanges, traitChangesOf } from './trait-changes.js';
export { undoPort } from './undo-port.js';
export { isReference, runPathsOf } from './rules/reference.js';
export { operators } from './rules/operators/index.js';
