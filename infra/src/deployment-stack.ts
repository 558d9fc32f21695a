import { DefaultStackSynthesizer, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment/deployment.ts';

/** The stacks. Resources are divided by their lifetime. */
export type Part = 'network' | 'cache' | 'monitoring' | 'audit' | 'database' | 'rotation' | 'service';

/** A stack of a deployment, such as `NAME-cache`, in the account and region of the deployment file. */
export class DeploymentStack extends Stack {
  readonly #availabilityZones: readonly string[];

  constructor(scope: Construct, part: Part, { plan, account, network }: Deployment, description: string) {
    super(scope, `${plan.name}-${part}`, {
      env: { account, region: plan.region },
      description,
      // Protects data, and the network to it, from accidental deletion.
      terminationProtection: ['network', 'cache', 'audit', 'database'].includes(part),
      analyticsReporting: false,
      // Templates are uploaded directly, so the account needs no CDK bootstrap.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    });
    this.#availabilityZones = network.availabilityZones;
    Tags.of(this).add('bookedbarber:deployment', plan.name);
    Tags.of(this).add('bookedbarber:part', part);
  }

  /** The zones in the deployment file. The CDK would otherwise query AWS for them. */
  override get availabilityZones(): string[] {
    return [...this.#availabilityZones];
  }
}
