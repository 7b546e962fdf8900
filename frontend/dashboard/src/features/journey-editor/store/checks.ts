import { edge, graphNode, maximumNodes } from '@wend/contract';
import { z } from 'zod';

/**
 * What checks something unknown. The schemas behind it are as large as all else the editor needs to open, so it is
 * loaded afterwards, with `loadChecks`, which the editor does as soon as the journey is shown.
 */
export { exportJourney, importJourney, validate } from '@wend/contract';

/**
 * What copying puts on the clipboard: text, so that it can be pasted into another journey, another window or a file.
 */
export const clipping = z.object({
  wend: z.literal('nodes'),
  nodes: z.array(graphNode).min(1).max(maximumNodes),
  edges: z.array(edge).max(5000),
});
