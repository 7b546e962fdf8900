import { countValues, countWords } from './counts.js';
import type { OperandDefinition } from './operand.js';

const platforms = ['ios', 'android', 'web'] as const;
const permissions = ['authorized', 'provisional', 'denied'] as const;
const versionForm = /^\d+(\.\d+){0,9}$/;

/**
 * How many devices the person has: of a platform, a permission, an app, and a version of it that is at least one
 * (`versionFrom`) and below another (`versionBelow`). Versions are compared number by number: 1.10 comes after 1.9. A
 * device that tells no version is of none.
 */
export type DeviceOperand = {
  source: 'device';
  platform?: (typeof platforms)[number] | undefined;
  permission?: (typeof permissions)[number] | undefined;
  app?: string | undefined;
  versionFrom?: string | undefined;
  versionBelow?: string | undefined;
};

export const device: OperandDefinition<'device'> = {
  fields: {
    platform: { is: 'choice', of: platforms, optional: true },
    permission: { is: 'choice', of: permissions, optional: true },
    app: { is: 'text', most: 200, optional: true },
    versionFrom: { is: 'text', most: 40, optional: true },
    versionBelow: { is: 'text', most: 40, optional: true },
  },
  scopes: ['profile'],
  values: () => countValues,
  problem: ({ versionFrom, versionBelow }) => {
    const message = 'Enter a version as numbers with dots between, such as 1.10.';
    if (versionFrom !== undefined && !versionForm.test(versionFrom)) return { field: 'versionFrom', message };
    return versionBelow !== undefined && !versionForm.test(versionBelow) ? { field: 'versionBelow', message } : null;
  },
  changedBy: () => ({ devices: true }),
  words: (operand) => `number of ${deviceWords(operand)}`,
  clauseWords: (operand, compare) => {
    const happened = countWords(compare, {
      some: 'has',
      none: 'has no',
      times: (times) => `has ${times}`,
    });
    return happened === null ? null : `${happened} ${deviceWords(operand)}`;
  },
};

const platformWords = { ios: 'iOS', android: 'Android', web: 'web' };

function deviceWords({ platform, permission, app, versionFrom, versionBelow }: DeviceOperand): string {
  const parts = [
    platform === undefined ? 'device' : `${platformWords[platform]} device`,
    ...(permission === undefined ? [] : [`with notifications ${permission}`]),
    ...(app === undefined ? [] : [`with the app ${app}`]),
    ...(versionFrom === undefined ? [] : [`with app version ${versionFrom} or later`]),
    ...(versionBelow === undefined ? [] : [`with app version before ${versionBelow}`]),
  ];
  return parts.join(' ');
}
