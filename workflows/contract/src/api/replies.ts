import { z } from 'zod';
import { replyWords } from '../reply-words.js';
import { replyEndpoints } from './endpoints.js';
import { route } from './route.js';

/** `usual`: nobody has changed them. */
const effective = replyWords.extend({ usual: z.boolean() });

export const repliesApi = {
  replyWords: route({
    ...replyEndpoints.replyWords,
    summary: 'Words by which people leave, come back and ask for help in a reply, and what they are answered',
    response: effective,
  }),
  saveReplyWords: route({
    ...replyEndpoints.saveReplyWords,
    summary: 'Change these words; null brings the usual ones back',
    body: z.object({ words: replyWords.nullable() }),
    response: effective,
  }),
} as const;
