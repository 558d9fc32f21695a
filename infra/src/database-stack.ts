import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { InstanceType, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
  SubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Database, Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';
import { namedSubnets } from './network/named-subnets.ts';
import type { NetworkStack } from './network-stack.ts';

/** Of the database and of the user who owns it. */
export const databaseName = 'bookedbarber';
/** How much larger than at first the storage may grow by itself. */
const growth = 5;

/**
 * PostgreSQL in RDS: bookings are decided there, so it stands in two zones, keeps a week of backups that go back to the
 * second, takes TLS alone, and is deleted by nobody in passing.
 */
export class DatabaseStack extends DeploymentStack {
  /** Host and port, as in an address. */
  readonly endpoint: string;
  /** Whose fields `username` and `password` are those of the owner. */
  readonly secretArn: string;

  constructor(
    scope: Construct,
    deployment: Deployment & { database: Database },
    { vpc, apiSecurityGroup, cacheSubnetIds }: NetworkStack,
  ) {
    super(scope, 'database', deployment, 'Database of a BookedBarber deployment');
    const { plan, database } = deployment;
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_17 });
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      securityGroupName: `${plan.name}-database-sg`,
      description: 'PostgreSQL for BookedBarber API servers',
      allowAllOutbound: false,
    });
    const ofProcesses = SecurityGroup.fromSecurityGroupId(this, 'Api', apiSecurityGroup.securityGroupId, {
      mutable: false,
    });
    const instance = new DatabaseInstance(this, 'Database', {
      engine,
      instanceIdentifier: `${plan.name}-database`,
      instanceType: new InstanceType(database.instanceType),
      databaseName,
      credentials: Credentials.fromGeneratedSecret(databaseName, { secretName: `${plan.name}/database` }),
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: `PostgreSQL of ${plan.name}`,
        parameters: { 'rds.force_ssl': '1' },
      }),
      vpc,
      // Those of the cache: they lead nowhere, and lie in two zones or more.
      subnetGroup: new SubnetGroup(this, 'Subnets', {
        vpc,
        description: `Subnets of the database of ${plan.name}`,
        vpcSubnets: { subnets: namedSubnets(this, 'Subnet', cacheSubnetIds) },
      }),
      securityGroups: [securityGroup],
      publiclyAccessible: false,
      multiAz: true,
      storageType: StorageType.GP3,
      allocatedStorage: database.storageGiB,
      maxAllocatedStorage: growth * database.storageGiB,
      storageEncrypted: true,
      storageEncryptionKey: new Key(this, 'Key', {
        alias: `bookedbarber/${plan.name}-database`,
        description: `Encrypts the database of ${plan.name} and its backups`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      backupRetention: Duration.days(7),
      // Apart from the hours of the cache, which is saved at three and maintained on Sundays at five.
      preferredBackupWindow: '01:00-02:00',
      preferredMaintenanceWindow: 'mon:05:00-mon:06:00',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      cloudwatchLogsExports: ['postgresql'],
    });
    instance.connections.allowFrom(ofProcesses, Port.tcp(5432), 'PostgreSQL from API servers');
    if (instance.secret === undefined) throw new Error('RDS was asked to make a password');
    this.endpoint = instance.instanceEndpoint.socketAddress;
    this.secretArn = instance.secret.secretArn;
    Validations.of(instance).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Only the security group of the api reaches the port, whatever its number.',
    });
    Validations.of(instance).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Processes read the password when they start: it is changed by hand, with a deployment after it.',
    });
    new CfnOutput(this, 'DatabaseEndpoint', { value: this.endpoint });
    new CfnOutput(this, 'DatabaseSecret', {
      value: this.secretArn,
      description: 'Holds the password of the owner of the database',
    });
  }
}
