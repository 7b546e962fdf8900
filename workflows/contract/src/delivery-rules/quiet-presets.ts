import { sms } from '../channels/sms.js';
import { whatsapp } from '../channels/whatsapp.js';
import type { QuietHours } from './quiet.js';

/**
 * Quiet hours that the law of a country, or its networks, ask for. What is here is a beginning and no advice: whoever
 * sends has to ask a lawyer. `law`: by its name there, and where it can be read.
 */
export type QuietPreset = {
  id: 'kr-ads' | 'fr-sms' | 'us-tcpa';
  /** ISO 3166-1. */
  country: string;
  law: { name: string; url: string };
  /** Only these; null: all. */
  channels: readonly string[] | null;
  hours: QuietHours;
  /** The topic by which people agree to be written to then, where the law knows such a consent: they start outside it. */
  agreement?: {
    key: string;
    name: string;
    description: string;
    texts: Record<string, { name: string; description: string }>;
  };
};

const everyDay = [1, 2, 3, 4, 5, 6, 7];

export const quietPresets: readonly QuietPreset[] = [
  {
    id: 'kr-ads',
    country: 'KR',
    law: {
      name: '정보통신망 이용촉진 및 정보보호 등에 관한 법률 제50조',
      url: 'https://www.law.go.kr/법령/정보통신망이용촉진및정보보호등에관한법률/제50조',
    },
    channels: null,
    hours: { windows: [{ days: everyDay, from: '21:00', to: '08:00' }] },
    agreement: {
      key: 'night-marketing',
      name: 'Marketing at night',
      description: 'Advertising may also reach you between 21:00 and 08:00. Without this you get it by day only.',
      texts: {
        ko: {
          name: '야간 광고 수신',
          description: '밤 9시부터 다음 날 아침 8시 사이에도 광고를 받습니다. 동의하지 않으면 낮에만 받습니다.',
        },
      },
    },
  },
  {
    id: 'fr-sms',
    country: 'FR',
    law: {
      name: 'Charte de déontologie des services de Business Messaging (af2m)',
      url: 'https://af2m.org/la-charte-de-deontologie-applicable-aux-services-de-business-messaging-est-effective-depuis-le-1er-septembre-2024',
    },
    channels: [sms.name],
    hours: {
      windows: [
        { days: everyDay, from: '22:00', to: '08:00' },
        { days: [7], from: '00:00', to: '00:00' },
      ],
      holidays: 'FR',
    },
  },
  {
    id: 'us-tcpa',
    country: 'US',
    law: {
      name: 'Telephone Consumer Protection Act, 47 CFR § 64.1200(c)(1)',
      url: 'https://www.ecfr.gov/current/title-47/section-64.1200',
    },
    channels: [sms.name, whatsapp.name],
    hours: { windows: [{ days: everyDay, from: '21:00', to: '08:00' }] },
  },
];
