import type { NodeDefinition } from '@wend/node-sdk';
import { loyaltyPoints } from './loyalty-points.node.js';

/** What Wend loads from this package. */
export const nodes: NodeDefinition[] = [loyaltyPoints];
