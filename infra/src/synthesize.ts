import { App, Validations } from 'aws-cdk-lib';
import * as cxapi from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AuditStack } from './audit-stack.ts';
import { CacheStack } from './cache-stack.ts';
import { DatabaseStack } from './database-stack.ts';
import type { Deployment } from './deployment/deployment.ts';
import { MonitoringStack } from './monitoring-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { RotationStack } from './rotation-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { readFindings, type TemplateFinding } from './template-findings.ts';

export type Synthesis = {
  readonly assembly: cxapi.CloudAssembly;
  readonly findings: readonly TemplateFinding[];
};

const context = {
  // The CDK's validator reports errors, not warnings, and writes them to its report instead of ending the process.
  [cxapi.VALIDATE_AGAINST_DEFAULT_RULES]: true,
  [cxapi.FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false,
  [cxapi.ANNOTATIONS_IN_VALIDATION_REPORT]: true,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup': false,
};

/**
 * Synthesizes the templates of a deployment into a folder, without any request to AWS, and checks them with cdk-nag
 * and the CDK's validator. Templates with findings must not be deployed.
 */
export function synthesize(deployment: Deployment, folder: string): Synthesis {
  const app = new App({ outdir: folder, analyticsReporting: false, context });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  const network = new NetworkStack(app, deployment);
  const cache = new CacheStack(app, deployment, network);
  const monitoring = new MonitoringStack(app, deployment);
  if (deployment.audit) new AuditStack(app, deployment);
  if (cache.passwords.length > 0) new RotationStack(app, deployment, { network, cache, monitoring });
  const { database: planned, service } = deployment;
  const database =
    planned === null ? null : new DatabaseStack(app, { ...deployment, database: planned }, network);
  if (service !== null) new ServiceStack(app, { ...deployment, service }, { network, cache, database });
  const assembly = app.synth();
  return { assembly, findings: readFindings(assembly.directory) };
}
