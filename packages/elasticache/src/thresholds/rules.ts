import { capacityRules } from './capacity-rules.ts';
import { hostRules } from './host-rules.ts';
import { loadRules } from './load-rules.ts';
import type { Rule, WatchTarget } from './rule.ts';

/** Everything that is watched, in the order in which a page and a runbook tell of it. */
export const rules: readonly Rule[] = [...capacityRules, ...loadRules, ...hostRules];

export function rulesFor(target: WatchTarget): Rule[] {
  return rules.filter((rule) => rule.appliesTo(target));
}

export function ruleNamed(name: string): Rule {
  const found = rules.find((rule) => rule.name === name);
  if (found === undefined) throw new TypeError(`There is no rule ${name}.`);
  return found;
}
