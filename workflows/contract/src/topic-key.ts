/** What topics are called in rules, files and the API: small letters, digits, `-` and `_`. It never changes. */
export const topicKeyPattern = /^[a-z0-9][a-z0-9_-]{0,59}$/;

/** A workspace's topics at most. */
export const mostTopics = 100;
