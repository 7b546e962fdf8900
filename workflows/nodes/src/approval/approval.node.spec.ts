import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { approval } from './approval.node.js';

const choices = [
  { id: 'yes', label: 'Yes' },
  { id: 'no', label: 'No' },
];
const config = { question: 'Go on?', choices, people: [], timeout: { amount: 2, unit: 'hours' } };
const answered = (choice: string) => ({
  event: 'Approval Answered',
  messageOf: 'node',
  where: { op: 'compare', left: { source: 'property', path: 'choice' }, is: 'equals', value: choice },
  keep: 'answer',
});

it('asks, and waits for the answer of this visit, each by a path of its own', () => {
  const { instructions, facts } = lowerNode(approval, config as never);
  expect(facts).toEqual([]);
  expect(instructions).toMatchObject([
    {
      op: 'waitFor',
      asks: true,
      arms: [
        { ...answered('yes'), messageOf: expect.any(String), target: { port: 'yes' } },
        { ...answered('no'), messageOf: expect.any(String), target: { port: 'no' } },
      ],
      timeout: { seconds: 7_200, target: { port: 'timeout' } },
    },
  ]);
});

it('has no answer that shares the path of no answer, and no reminder after time ran out', () => {
  const same = [...choices, { id: 'timeout', label: 'Later' }];
  expect(approval.parse({ ...config, choices: same } as never)).toMatchObject({
    ok: false,
    problems: [{ path: 'choices' }],
  });
  const late = { ...config, remind: true, remindAfter: { amount: 2, unit: 'hours' } };
  expect(approval.parse(late as never)).toEqual({
    ok: false,
    problems: [{ path: 'remindAfter', message: 'The reminder has to come before time runs out.' }],
  });
  expect(approval.parse({ ...late, remind: false } as never)).toMatchObject({ ok: true });
});

it('asks someone else after the reminder and before time runs out, and says whom', () => {
  const hours = (amount: number) => ({ amount, unit: 'hours' });
  const who = { kind: 'address', address: 'boss@example.com' };
  const escalated = (more: object) => {
    const parsed = approval.parse({ ...config, escalate: true, escalateTo: who, ...more } as never);
    return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
  };
  expect(escalated({ escalateAfter: hours(1) })).toEqual([]);
  expect(escalated({ escalateAfter: hours(2) })).toEqual(['escalateAfter']);
  expect(escalated({ escalateAfter: hours(1), remind: true, remindAfter: hours(1) })).toEqual(['escalateAfter']);
  expect(escalated({ escalateAfter: hours(1), remind: true, remindAfter: { amount: 30, unit: 'minutes' } })).toEqual(
    [],
  );
  expect(escalated({ escalateAfter: hours(1), escalateTo: undefined })).toEqual(['escalateTo']);
  expect(escalated({ escalate: false, escalateTo: undefined, escalateAfter: hours(9) })).toEqual([]);
});

it('answers count until a date, where one is chosen', () => {
  const until = { ...config, untilDate: true, date: { kind: 'entry', property: 'ends_at' } };
  const { instructions, facts } = lowerNode(approval, until as never);
  expect(facts).toMatchObject([{ kind: 'when', time: { of: { source: 'entry', path: 'ends_at' } } }]);
  expect(instructions).toMatchObject([{ timeout: { seconds: 7_200, fact: 0 } }]);
  expect(approval.parse({ ...until, date: undefined } as never)).toMatchObject({
    ok: false,
    problems: [{ path: 'date', message: 'Choose a date.' }],
  });
});

it('says which member is missing', () => {
  const people = [{ who: { kind: 'member', member: '' } }];
  expect(approval.parse({ ...config, people } as never)).toEqual({
    ok: false,
    problems: [{ path: 'people[0].who.member', message: 'Member is required.' }],
  });
});
