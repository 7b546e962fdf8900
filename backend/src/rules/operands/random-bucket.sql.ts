import type { OperandSql } from './operand.js';

export const randomBucket: OperandSql<'randomBucket'> = {
  ofPerson: { value: (_, { profile, workspace }) => `to_jsonb(random_bucket(${workspace}, ${profile}.id))` },
};
