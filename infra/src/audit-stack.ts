import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';

/** So long it can be asked who changed what. */
const retentionDays = 400;

/** Who changed what in the account: the calls of every region, in a bucket that nobody can write over unseen. */
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
      reason: 'It is the trail itself: calls on the bucket are among the events that it holds.',
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
