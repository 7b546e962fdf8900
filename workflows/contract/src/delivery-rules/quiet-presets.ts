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
    // Whoever agreed to that apart may be written to at night.
    hours: {
      windows: [{ days: everyDay, from: '21:00', to: '08:00' }],
      unless: { kind: 'trait', trait: 'night_marketing_consent' },
    },
  },
  {
    id: 'fr-sms',
    country: 'FR',
    law: {
      name: 'Code des postes et des communications électroniques, L34-5',
      url: 'https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006070987/',
    },
    channels: [sms.name],
    hours: {
      windows: [
        { days: everyDay, from: '20:00', to: '08:00' },
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
