import type { useTranslations } from 'next-intl';

/** A place in the message files: `settings.apiKeysSettings`. */
export type Namespace = Exclude<Parameters<typeof useTranslations>[0], undefined>;

/** What `useTranslations` of a namespace returns: the first argument of functions that make words outside components. */
export type Translator<Of extends Namespace> = ReturnType<typeof useTranslations<Of>>;
