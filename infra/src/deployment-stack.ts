import { DefaultStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment/deployment.ts';

/** What each stack is for. They are split by how long what they hold lives: a cache outlives its alarms. */
export type Part = 'network' | 'cache' | 'monitoring' | 'audit' | 'database' | 'rotation' | 'service';

/** A stack of a deployment: `NAME-cache` and so on, in the account and region that are named. */
export class DeploymentStack extends Stack {
  readonly #availabilityZones: readonly string[];

  constructor(scope: Construct, part: Part, { plan, account, network }: Deployment, description: string) {
    super(scope, `${plan.name}-${part}`, {
      env: { account, region: plan.region },
      description,
      // What holds data or lets it be reached is not deleted by a slip.
      terminationProtection: ['network', 'cache', 'audit', 'database'].includes(part),
      analyticsReporting: false,
      // Templates are sent as they are: an account needs no preparation for that.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });
    this.#availabilityZones = network.availabilityZones;
    Tags.of(this).add('bookedbarber:deployment', plan.name);
    Tags.of(this).add('bookedbarber:part', part);
  }

  /** Those that the deployment names: the CDK would ask AWS for them. */
  override get availabilityZones(): string[] {
    return [...this.#availabilityZones];
  }
}
