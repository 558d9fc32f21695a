import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';

/** Retention of the audit trail. */
const retentionDays = 400;

/** The audit trail of the account: API calls of every region, in a versioned bucket with log file validation. */
export class AuditStack extends DeploymentStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, 'audit', deployment, 'Audit trail of a BookedBarber deployment');
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(retentionDays),
        },
      ],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'The bucket stores the trail, which includes the calls to this bucket.',
    });
    new Trail(this, 'Trail', {
      trailName: deployment.plan.name,
      bucket,
      enableFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
    });
  }
}
