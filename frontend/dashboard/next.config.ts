import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `/v1/track/` must reach the api as it was written.
  skipTrailingSlashRedirect: true,
  // `npm run check` and `npm test` check them; a start and an image need not wait for it again.
  typescript: { ignoreBuildErrors: true },
  experimental: { optimizePackageImports: ['radix-ui'] },
};

/** Messages are compiled when the dashboard is built, so that no browser loads a parser of them. */
const withTexts = createNextIntlPlugin({
  requestConfig: './src/i18n/request.ts',
  experimental: { messages: { path: './messages', locales: 'infer', format: 'json', precompile: true } },
});

export default withTexts(config);
