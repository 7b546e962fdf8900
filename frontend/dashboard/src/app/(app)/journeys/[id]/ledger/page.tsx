import { LedgerPage } from '@/features/ledger/ledger-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('ledger.ledgerPage.title');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Texts of={['ledger', 'messages']}>
      <LedgerPage journeyId={id} />
    </Texts>
  );
}
