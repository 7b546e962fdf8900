/** Said in every call as `context.library`; the same as in package.json, which a spec checks. */
export const version = '0.1.0';
