import type { Engine } from '../facts/engines.ts';

export type ScalingStepName = 'vertical' | 'multi_az' | 'cluster_mode' | 'global_datastore';

/** What has to be so before a step can be taken. Null: not known from here. */
export type Condition = { readonly text: string; readonly met: boolean | null; readonly remediation: string };

/** One step of the ladder. Cost is the difference in US dollars a month; null: no price is known. */
export type ScalingAdvice = {
  readonly step: ScalingStepName;
  /** The node that a vertical step leads to; null: there is none, or the step is another. */
  readonly to: string | null;
  readonly title: string;
  readonly status: 'done' | 'next' | 'later' | 'none left';
  readonly gain: string;
  readonly conditions: readonly Condition[];
  /** What cannot be had back or has to be known, once it is done. */
  readonly caveat: string;
  readonly cost: Readonly<Record<Engine, number | null>>;
};

/** What stands in the way of a step. */
export function blockers({ conditions }: ScalingAdvice): Condition[] {
  return conditions.filter(({ met }) => met !== true);
}
