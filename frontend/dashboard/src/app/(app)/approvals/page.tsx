import { ApprovalsPage } from '@/features/approvals/approvals-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('approvals.page.title');

export default function Page() {
  return (
    <Texts of={['approvals']}>
      <ApprovalsPage />
    </Texts>
  );
}
