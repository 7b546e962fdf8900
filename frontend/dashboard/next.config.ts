import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Answers of the api pass as they are; the api decides about compression, and event streams must not wait in a buffer.
  compress: false,
  // `/v1/track/` must reach the api as it was written.
  skipTrailingSlashRedirect: true,
  experimental: { optimizePackageImports: ['radix-ui'] },
};

export default config;
