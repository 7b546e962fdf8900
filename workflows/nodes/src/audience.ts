import { isEmpty } from '@wend/contract';
import type { Rule } from '@wend/contract';
import { filterField } from '@wend/node-sdk';

/** Every entry may ask who somebody is, when she would come in. */
export function audienceField() {
  return filterField({
    scope: 'profile',
    title: 'Only people who',
    description: 'Checked when someone would enter. People it keeps out are listed with the reason.',
  });
}

/** The audience of a way in; a rule without conditions is none. */
export function audienceOf(audience: Rule | undefined): { audience?: Rule } {
  return audience && !isEmpty(audience) ? { audience } : {};
}

/** All of these filters; those without conditions are none. */
export function whereOf(...filters: (Rule | undefined)[]): { where?: Rule } {
  const rules = filters.filter((each) => each !== undefined && !isEmpty(each)) as Rule[];
  return rules.length === 0 ? {} : { where: rules.length === 1 ? rules[0]! : { op: 'all', rules } };
}
