import { capacityRules } from './capacity-rules.ts';
import { hostRules } from './host-rules.ts';
import { loadRules } from './load-rules.ts';
import type { Rule, WatchTarget } from './rule.ts';

/** All rules, in the order of the dashboard and the runbook. */
export const rules: readonly Rule[] = [...capacityRules, ...loadRules, ...hostRules];

export function rulesFor(target: WatchTarget): Rule[] {
  return rules.filter((rule) => rule.appliesTo(target));
}

export function ruleNamed(name: string): Rule {
  const found = rules.find((rule) => rule.name === name);
  if (found === undefined) throw new TypeError(`Unknown rule: ${name}`);
  return found;
}
