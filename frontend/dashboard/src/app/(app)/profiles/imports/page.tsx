import { ImportsPage } from '@/features/imports/imports-page';
import { pageTitle, Texts } from '@/i18n/texts';

export const generateMetadata = pageTitle('imports.list.title');

export default function Page() {
  return (
    <Texts of={['imports']}>
      <ImportsPage />
    </Texts>
  );
}
