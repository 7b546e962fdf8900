import { getTranslations } from 'next-intl/server';
import { redirect } from 'next/navigation';
import { Door } from '@/features/access/door';
import { SetupForm } from '@/features/access/setup-form';
import { pageTitle, Texts } from '@/i18n/texts';
import { setupNeeded } from '@/server/api';

export const generateMetadata = pageTitle('access.pages.setupTitle');

export default async function SetupPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  if (!(await setupNeeded())) redirect('/sign-in');
  const { token } = await searchParams;
  const t = await getTranslations('access.pages');
  return (
    <Texts of={['access', 'workspace']}>
      <Door title={t('setupHeading')} lead={t('setupLead')}>
        <SetupForm token={typeof token === 'string' ? token : undefined} />
      </Door>
    </Texts>
  );
}
