/** Deployments for tests: each business size, engine and kind of network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeFigures, makePlan, type Plan } from '../../packages/elasticache/src/index.ts';
import type { Deployment, Network } from '../src/deployment/deployment.ts';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { type Synthesis, synthesize } from '../src/synthesize.ts';

export const account = '123456789012';

/** The business sizes of the setup guide, with its node types. */
export const sizes = {
  'small shop': { nodeType: 'cache.t4g.small', barbers: 5, users: 500 },
  'medium shop': { nodeType: 'cache.t4g.medium', barbers: 15, users: 1500 },
  'large chain': { nodeType: 'cache.r6g.large', barbers: 90, users: 5000 },
  enterprise: { nodeType: 'cache.r6g.xlarge', barbers: 200, users: 10_000 },
} as const;
export type Size = keyof typeof sizes;

export const engines = ['redis', 'valkey'] as const;
export type Engine = (typeof engines)[number];

export const networks: Record<Network['kind'], unknown> = {
  new: { kind: 'new', availabilityZones: ['us-east-1a', 'us-east-1b'] },
  existing: {
    kind: 'existing',
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0a1b2c3d4e5f60719'],
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    apiSecurityGroupId: 'sg-0a1b2c3d4e5f60718',
  },
};

/** The plan that `bookedbarber plan` generates for a size. */
export function planOf(size: Size, engine: Engine = 'redis'): Plan {
  const { nodeType, ...figures } = sizes[size];
  return makePlan(completeFigures(figures), { name: 'lantern', region: 'us-east-1', engine, nodeType });
}

/** The content of a deployment file. */
export function fileOf(plan: Plan, network: Network['kind'] = 'new', more: object = {}): unknown {
  return {
    deployment: 1,
    plan,
    account,
    network: networks[network],
    alarms: { email: 'ops@example.com' },
    ...more,
  };
}

export function deploymentOf(file: unknown): Deployment {
  const { deployment, errors } = readDeployment(file);
  if (deployment === null) throw new Error(JSON.stringify(errors, undefined, 2));
  return deployment;
}

export type Template = { Resources: Record<string, Resource>; Outputs?: Record<string, unknown> };
export type Resource = {
  Type: string;
  Properties: Record<string, never>;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  UpdatePolicy?: unknown;
};

export type Built = Synthesis & { manifest: string; templates: Record<string, Template>; text: string };

/** Synthesizes the templates in a temporary folder. */
export function build(file: unknown): Built {
  const folder = mkdtempSync(join(tmpdir(), 'infra-test-'));
  try {
    const synthesis = synthesize(deploymentOf(file), folder);
    const texts = synthesis.assembly.stacks.map((stack) => [
      stack.stackName,
      readFileSync(join(folder, stack.templateFile), 'utf8'),
    ]);
    return {
      ...synthesis,
      manifest: readFileSync(join(folder, 'manifest.json'), 'utf8'),
      templates: Object.fromEntries(
        texts.map(([name = '', text = '']) => [name, JSON.parse(text) as Template]),
      ),
      text: texts.map(([, text]) => text).join('\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The resources of a type in all stacks. */
export function resources({ templates }: Pick<Built, 'templates'>, type: string): Resource[] {
  return Object.values(templates).flatMap(({ Resources }) =>
    Object.values(Resources).filter((resource) => resource.Type === type),
  );
}
