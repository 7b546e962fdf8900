/*
 * Preloaded into the workflow sandbox, before its globals are frozen. The SDK takes a stack trace of every promise that
 * a workflow makes, which was a third of what a wake-up cost in the sandbox. Errors keep their message; replaying the
 * run's history in a debugger shows the place.
 */
(Error as { stackTraceLimit?: number }).stackTraceLimit = 0;

export {};
