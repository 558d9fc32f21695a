import { cacheRules, costRules } from './cache-rules.ts';
import { jobsRules } from './jobs-rules.ts';
import { limitsRules } from './limits-rules.ts';
import type { Rule } from './rule.ts';
import { failoverRules, useRules } from './use-rules.ts';

export const ruleGroups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] = [
  { name: 'Cache', rules: cacheRules },
  { name: 'Limits', rules: limitsRules },
  { name: 'Jobs', rules: jobsRules },
  { name: 'Cost', rules: costRules },
  { name: 'Failover', rules: failoverRules },
  { name: 'Use', rules: useRules },
];

export const allRules: readonly Rule[] = ruleGroups.flatMap(({ rules }) => rules);
