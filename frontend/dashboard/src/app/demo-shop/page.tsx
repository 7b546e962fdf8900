import { deviceKinds } from '@wend/contract/plain';
import type { ChannelState } from '@wend/contract';
import { notFound } from 'next/navigation';
import { DemoShop } from '@/features/demo-shop/demo-shop';
import type { PushRoute } from '@/features/demo-shop/notifications';
import { pageTitle, Texts } from '@/i18n/texts';
import { askChannels, askSession } from '@/server/api';
import { demoWriteKey } from '@/server/demo';

export const generateMetadata = pageTitle('demo-shop.shop.title');

export default async function DemoShopPage() {
  const writeKey = await demoWriteKey();
  if (writeKey === null) notFound();
  return (
    <Texts of={['demo-shop']}>
      <DemoShop writeKey={writeKey} route={await webPushRoute()} />
    </Texts>
  );
}

/** Where web push goes, for a member of the demo workspace who looks at the shop; strangers are not told. */
async function webPushRoute(): Promise<PushRoute> {
  const session = await askSession();
  if (session.kind !== 'ok' || !session.value.workspace.demo) return 'unknown';
  const channels = await askChannels();
  if (channels.kind !== 'ok') return 'unknown';
  return channels.value.items.find(reachesBrowsers)?.route ?? 'unknown';
}

function reachesBrowsers({ definition }: ChannelState): boolean {
  return definition.address?.devices?.includes(deviceKinds.browser) === true;
}
