/** By what a device gets messages, as it is stored with the device. */
export const deviceKinds = { app: 'fcm', browser: 'webpush' } as const;
