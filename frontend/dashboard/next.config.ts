import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `/v1/track/` must reach the api as it was written.
  skipTrailingSlashRedirect: true,
  experimental: { optimizePackageImports: ['radix-ui'] },
};

export default config;
