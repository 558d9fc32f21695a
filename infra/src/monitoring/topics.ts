import { RemovalPolicy } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment/deployment.ts';

/** One encrypted topic each for tickets and pages, with an email subscription. */
export function alarmTopics(
  scope: Construct,
  { plan, alarms }: Deployment,
): Record<'ticket' | 'page', Topic> {
  const key = new Key(scope, 'Key', {
    description: `Encrypts the alarm messages of ${plan.name}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // Without this grant, CloudWatch fails silently when it publishes to an encrypted topic.
  key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
  const topic = (severity: 'ticket' | 'page', email: string): Topic => {
    const created = new Topic(scope, severity === 'page' ? 'Pages' : 'Tickets', {
      topicName: `${plan.name}-${severity}s`,
      displayName: `BookedBarber ${plan.name}: ${severity}`,
      masterKey: key,
      enforceSSL: true,
    });
    created.addSubscription(new EmailSubscription(email));
    return created;
  };
  return { ticket: topic('ticket', alarms.email), page: topic('page', alarms.pageEmail) };
}
