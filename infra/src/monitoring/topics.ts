import { RemovalPolicy } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment/deployment.ts';

/** One topic for what can wait and one for what wakes somebody, encrypted, with an e-mail address each. */
export function alarmTopics(
  scope: Construct,
  { plan, alarms }: Deployment,
): Record<'ticket' | 'page', Topic> {
  const key = new Key(scope, 'Key', {
    description: `Encrypts what the alarms of ${plan.name} say`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // Without it CloudWatch publishes to an encrypted topic in vain, and nobody hears of that.
  key.grant(new ServicePrincipal('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey*');
  const topic = (severity: 'ticket' | 'page', email: string): Topic => {
    const made = new Topic(scope, severity === 'page' ? 'Pages' : 'Tickets', {
      topicName: `${plan.name}-${severity}s`,
      displayName: `BookedBarber ${plan.name}: ${severity}`,
      masterKey: key,
      enforceSSL: true,
    });
    made.addSubscription(new EmailSubscription(email));
    return made;
  };
  return { ticket: topic('ticket', alarms.email), page: topic('page', alarms.pageEmail) };
}
