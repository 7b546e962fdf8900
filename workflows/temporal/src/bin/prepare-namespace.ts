import { prepareNamespace } from '../namespace.js';

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend';
if (!address) {
  console.error('TEMPORAL_ADDRESS is not set: give host:port of the Temporal server.');
  process.exit(2);
}
await prepareNamespace({ address, namespace });
console.log(`Namespace ${namespace} is ready.`);
