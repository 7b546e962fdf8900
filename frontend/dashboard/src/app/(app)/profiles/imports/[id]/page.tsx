import { ImportPage } from '@/features/imports/import-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('imports.one.title');

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return (
    <Texts of={['imports', 'consents', 'messages']}>
      <ImportPage id={(await params).id} />
    </Texts>
  );
}
