import { getTranslations } from 'next-intl/server';
import Link from 'next/link';
import { Logo } from '@/components/shell/logo';

export default async function NotFound() {
  const t = await getTranslations('common.pages');
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div>
        <span className="mb-4 inline-block text-accent">
          <Logo size={32} />
        </span>
        <h1 className="text-xl">{t('notFound')}</h1>
        <p className="mt-1 text-muted">{t('notFoundDetail')}</p>
        <Link
          href="/journeys"
          className="mt-4 inline-flex h-8 items-center rounded-md bg-accent px-3 font-medium text-on-accent hover:bg-accent-strong"
        >
          {t('toJourneys')}
        </Link>
      </div>
    </main>
  );
}
