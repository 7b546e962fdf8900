import { getTranslations } from 'next-intl/server';
import { redirect } from 'next/navigation';
import { Door } from '@/features/access/door';
import { SignInForm } from '@/features/access/sign-in-form';
import { pageTitle, Texts } from '@/i18n/texts';
import { setupNeeded } from '@/server/api';

export const generateMetadata = pageTitle('access.pages.signInTitle');

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  if (await setupNeeded()) redirect('/setup');
  const { next } = await searchParams;
  const t = await getTranslations('access.pages');
  return (
    <Texts of={['access']}>
      <Door title={t('signInHeading')} lead={t('signInLead')}>
        <SignInForm next={typeof next === 'string' ? next : undefined} />
      </Door>
    </Texts>
  );
}
