import type { Engine } from '../facts/engines.ts';

export type ScalingStepName = 'vertical' | 'multi_az' | 'cluster_mode' | 'global_datastore';

/** A precondition of a step. `met` is null when it is unknown. */
export type Condition = { readonly text: string; readonly met: boolean | null; readonly remediation: string };

/** One scaling step. `cost` is the difference in US dollars per month, or null when a price is unknown. */
export type ScalingAdvice = {
  readonly step: ScalingStepName;
  /** The node type that a vertical step leads to. Null at the largest node type and for other steps. */
  readonly to: string | null;
  readonly title: string;
  readonly status: 'done' | 'next' | 'later' | 'none left';
  readonly gain: string;
  readonly conditions: readonly Condition[];
  /** Side effects, and what cannot be undone. */
  readonly caveat: string;
  readonly cost: Readonly<Record<Engine, number | null>>;
};

/** The conditions of a step that are not met or unknown. */
export function blockers({ conditions }: ScalingAdvice): Condition[] {
  return conditions.filter(({ met }) => met !== true);
}
