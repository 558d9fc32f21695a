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

/** Name of the database and of its owner. */
export const databaseName = 'bookedbarber';
/** Maximum size of the storage through autoscaling, as a multiple of its initial size. */
const maxGrowth = 5;

/**
 * PostgreSQL in RDS. It stores the bookings, so it is Multi-AZ, with seven days of point-in-time recovery, TLS only and
 * deletion protection.
 */
export class DatabaseStack extends DeploymentStack {
  /** host:port. */
  readonly endpoint: string;
  /** Secret with the fields `username` and `password` of the owner. */
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
    const processGroup = SecurityGroup.fromSecurityGroupId(this, 'Api', apiSecurityGroup.securityGroupId, {
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
      // The subnets of the cache: they are isolated and in at least two zones.
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
      maxAllocatedStorage: maxGrowth * database.storageGiB,
      storageEncrypted: true,
      storageEncryptionKey: new Key(this, 'Key', {
        alias: `bookedbarber/${plan.name}-database`,
        description: `Encrypts the database of ${plan.name} and its backups`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
      backupRetention: Duration.days(7),
      // Outside the windows of the cache: backups from 03:00, maintenance on Sundays from 05:00.
      preferredBackupWindow: '01:00-02:00',
      preferredMaintenanceWindow: 'mon:05:00-mon:06:00',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      cloudwatchLogsExports: ['postgresql'],
    });
    instance.connections.allowFrom(processGroup, Port.tcp(5432), 'PostgreSQL from API servers');
    if (instance.secret === undefined) throw new Error('RDS did not generate a password');
    this.endpoint = instance.instanceEndpoint.socketAddress;
    this.secretArn = instance.secret.secretArn;
    Validations.of(instance).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Only the security group of the api can reach the port.',
    });
    Validations.of(instance).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Processes read the password at start, so it is changed manually and followed by a deployment.',
    });
    new CfnOutput(this, 'DatabaseEndpoint', { value: this.endpoint });
    new CfnOutput(this, 'DatabaseSecret', {
      value: this.secretArn,
      description: 'Secret with the password of the database owner',
    });
  }
}
