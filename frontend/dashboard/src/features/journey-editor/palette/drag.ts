/** The kind of data that the palette drags: the key of a manifest. */
export const nodeDragType = 'application/x-wend-node';
