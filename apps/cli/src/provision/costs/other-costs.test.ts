import { expect, test } from 'vitest';
import type { Resource } from '../stacks/template.ts';
import { additionalCosts, total } from './other-costs.ts';

const region = 'us-east-1';
const stack = (resources: Record<string, Resource>) => ({ template: { Resources: resources } });
const of = (resources: Record<string, Resource>, where = region) =>
  additionalCosts([stack(resources)], where);
const alarm = (properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { ...properties } });

test('templates with only a cache have no cost lines', () => {
  expect(of({ Group: { Type: 'AWS::ElastiCache::ReplicationGroup' } })).toEqual([]);
});

test('an interface endpoint is charged per zone; a gateway endpoint is free', () => {
  const endpoint = (kind: string, zones: number) => ({
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcEndpointType: kind,
      SubnetIds: Array.from({ length: zones }, (_, at) => `subnet-${at}`),
    },
  });
  expect(
    of({ One: endpoint('Interface', 2), Two: endpoint('Interface', 3), Three: endpoint('Gateway', 2) }),
  ).toEqual([{ what: '2 interface endpoints, in each of their zones', dollars: expect.closeTo(5 * 7.3) }]);
});

test('an alarm is charged per metric that it reads, not per expression', () => {
  const metrics = [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'm1/m2' }];
  expect(of({ One: alarm({ MetricName: 'Evictions' }), Two: alarm({ Metrics: metrics }) })).toEqual([
    { what: '2 alarms', dollars: expect.closeTo(0.3) },
  ]);
});

test('the number of tasks is the desired count or the minimum of the scaling, and each is charged by size', () => {
  const task = (cpu: string, memory: string) => ({
    Type: 'AWS::ECS::TaskDefinition',
    Properties: { Cpu: cpu, Memory: memory },
  });
  const resources = {
    ApiTask: task('1024', '2048'),
    WorkerTask: task('512', '1024'),
    Api: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: { Ref: 'ApiTask' } } },
    Worker: {
      Type: 'AWS::ECS::Service',
      Properties: { TaskDefinition: { Ref: 'WorkerTask' }, DesiredCount: 2 },
    },
    Scaling: {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: {
        MinCapacity: 3,
        ResourceId: {
          'Fn::Join': ['', ['service/', { Ref: 'Cluster' }, '/', { 'Fn::GetAtt': ['Api', 'Name'] }]],
        },
      },
    },
  };
  expect(of(resources)).toEqual([
    {
      what: '5 tasks on Fargate',
      dollars: expect.closeTo(3 * (29.55 + 2 * 3.245) + 2 * (29.55 / 2 + 3.245)),
    },
  ]);
});

test('an unknown price makes the line and the total null', () => {
  const resources = { Key: { Type: 'AWS::KMS::Key' }, Database: { Type: 'AWS::RDS::DBInstance' } };
  const costs = of(resources);
  expect(costs).toEqual([
    { what: '1 database', dollars: null },
    { what: '1 key', dollars: 1 },
  ]);
  expect(total(costs)).toBeNull();
  expect(of(resources, 'eu-central-1').map(({ dollars }) => dollars)).toEqual([null, null]);
});

test('resources of all stacks are added up', () => {
  const secret = stack({ Secret: { Type: 'AWS::SecretsManager::Secret' } });
  expect(additionalCosts([secret, secret], region)).toEqual([
    { what: '2 secrets', dollars: expect.closeTo(0.8) },
  ]);
});
