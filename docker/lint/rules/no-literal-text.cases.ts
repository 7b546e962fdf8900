import type { Cases } from '../cases.js';

const path = 'frontend/dashboard/src/features/outbox/x.tsx';

export const cases: Cases = {
  name: 'texts of the dashboard lie in message files',
  broken: [
    { path, code: 'export const X = () => <p>Nothing here</p>;', says: /no-literal-text: Put the text into messages/ },
    { path, code: 'export const X = () => <input aria-label="Search" />;', says: /no-literal-text/ },
    {
      path,
      code: 'export const X = ({ on }: { on: boolean }) => <p>{on ? `Runs of ${1}` : null}</p>;',
      says: /no-literal-text/,
    },
    { path, code: "export const x = (toast: any) => toast.say('Saved');", says: /no-literal-text/ },
  ],
  kept: [
    { path, code: 'export const X = ({ t }: any) => <p className="text-muted">{t("empty")} · 5 %</p>;' },
    { path, code: "export const x = (toast: any, t: any) => toast.say(t('saved'));" },
    { path: 'frontend/dashboard/src/features/outbox/x.ts', code: "export const name = 'Not a component';" },
  ],
};
