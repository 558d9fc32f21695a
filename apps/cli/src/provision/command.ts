import { resolve } from 'node:path';
import { onAws } from '../shared/aws/aws-failure.ts';
import { accountOf, type CloudFormation, openCloudFormation } from '../shared/aws/clients.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { progressOn } from '../shared/terminal/progress.ts';
import { counted } from '../shared/terminal/words.ts';
import { Failure, UsageError } from '../shared/user-error.ts';
import { costsOf } from './costs/cost-lines.ts';
import { total } from './costs/other-costs.ts';
import { rejectClusterModeErrors } from './data-loss/cluster-mode-step.ts';
import { checkNamed, rejectDestructiveChanges } from './data-loss/refuse-destructive-changes.ts';
import { type Deployment, readDeployment } from './deployment-file.ts';
import { diffLines } from './diff-lines.ts';
import { checkNamedParameterGroup } from './named-parameter-group.ts';
import { type PlannedStack, readAssembly, withSynthesis } from './stacks/assembly.ts';
import { deployStack } from './stacks/deploy-stack.ts';
import { diffOf, type StackDiff } from './stacks/stack-diff.ts';
import { stackOutputs } from './stacks/stack-outputs.ts';
import { createInterruptibleWait, type InterruptibleWait } from './stacks/waiting.ts';

type Options = {
  assembly?: string;
  replace?: string[];
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
};

export const addProvision: AddCommand = (parent, context) => {
  const command = parent
    .command('provision')
    .argument('<deployment>', 'deployment file with the plan, the account and the network')
    .summary('create or update a planned ElastiCache deployment on AWS')
    .description(
      'Synthesizes the templates of a deployment, shows the changes on AWS and their cost, and deploys them after you ' +
        'confirm. Changes that replace or remove a resource with data are rejected, unless --replace names it.',
    )
    .option('--assembly <dir>', 'use templates that are already synthesized')
    .option('--replace <id>', 'allow the loss of this resource and its data; repeatable', addName)
    .option('--dry-run', 'show the changes without deploying them')
    .option('--yes', 'deploy without confirmation')
    .option('--json', 'print one JSON document instead of text')
    .action((path: string, options: Options) => provision(path, options, context));
  withExamples(command, [
    'bookedbarber provision deployment.json --dry-run',
    'bookedbarber provision deployment.json',
    'bookedbarber provision deployment.json --yes --json',
  ]);
};

const addName = (name: string, before: string[] = []): string[] => [...before, name];

async function provision(file: string, options: Options, context: CommandContext): Promise<void> {
  const path = resolve(context.workingFolder, file);
  const deployment = readDeployment(path);
  const work = (stacks: PlannedStack[]) => compareAndDeploy(stacks, deployment, options, context);
  if (options.assembly === undefined) await withSynthesis(path, context.projectFolder, work);
  else await work(readAssembly(resolve(context.workingFolder, options.assembly)));
}

async function compareAndDeploy(
  stacks: readonly PlannedStack[],
  deployment: Deployment,
  options: Options,
  context: CommandContext,
): Promise<void> {
  await checkAccountAndRegion(stacks, deployment);
  for (const plan of [deployment.plan, deployment.jobsPlan])
    if (plan !== null) await checkNamedParameterGroup(plan);
  const cloud = await openCloudFormation(deployment.plan.region);
  const waiting = createInterruptibleWait(context);
  // Unique for each run. CloudFormation requires a letter first.
  const name = `bookedbarber-${context.nowMs()}`;
  try {
    const diffs = await compare(cloud, stacks, { name: `${name}-diff`, waiting, context });
    const deploys = options.dryRun !== true;
    if (options.json !== true) printDiff(diffs, deployment, context);
    else if (!deploys) printJson(context, inJson(diffs, deployment, []));
    rejectUnsafeChanges(diffs, options.replace ?? []);
    const changed = diffs.filter(({ kind }) => kind !== 'same').map(({ stack }) => stack);
    if (!deploys) return;
    if (changed.length > 0 && options.yes !== true) await confirm(changed, context);
    const deployed = await deploy(cloud, changed, { name, waiting, options, context });
    const outputs = await cacheOutputs(cloud, deployment);
    if (options.json === true)
      printJson(context, {
        ...inJson(diffs, deployment, deployed),
        outputs: Object.fromEntries(outputs),
      });
    else printLines(context, doneLines(deployed, outputs));
  } finally {
    waiting.close();
  }
}

/** Checks that the stacks and the credentials belong to the account and region of the deployment. Throws Failure. */
async function checkAccountAndRegion(
  stacks: readonly PlannedStack[],
  { plan, account }: Deployment,
): Promise<void> {
  const misplaced = stacks.find((stack) => stack.account !== account || stack.region !== plan.region);
  if (misplaced !== undefined)
    throw new Failure('assembly_account_mismatch', `${misplaced.name} is for another account or region.`, {
      details: [
        `it is for ${misplaced.account}, ${misplaced.region}; the deployment is for ${account}, ${plan.region}`,
      ],
      remediation: 'Synthesize this deployment again.',
    });
  const own = await onAws('Reading the account of the credentials (sts:GetCallerIdentity)', () =>
    accountOf(plan.region),
  );
  if (own !== account)
    throw new Failure(
      'account_wrong',
      `The credentials are for account ${own}, but the deployment is for ${account}.`,
      {
        remediation: 'Set AWS_PROFILE to a profile of that account, or correct `account` in the deployment.',
      },
    );
}

type Comparing = { name: string; waiting: InterruptibleWait; context: CommandContext };

async function compare(
  cloud: CloudFormation,
  stacks: readonly PlannedStack[],
  { name, waiting, context }: Comparing,
): Promise<StackDiff[]> {
  const progress = progressOn(context.stderr);
  const diffs: StackDiff[] = [];
  try {
    for (const stack of stacks) {
      progress.show(`Comparing ${stack.name} with AWS …`);
      diffs.push(await diffOf(cloud, stack, name, waiting));
    }
  } finally {
    progress.clear();
  }
  return diffs;
}

function printDiff(diffs: readonly StackDiff[], deployment: Deployment, context: CommandContext): void {
  const paint = paintFor(context.stdout, context.environment);
  printLines(context, diffLines(diffs, deployment, paint));
}

function rejectUnsafeChanges(diffs: readonly StackDiff[], named: readonly string[]): void {
  const destructiveChanges = diffs.flatMap((diff) => diff.destructiveChanges);
  rejectClusterModeErrors(diffs.flatMap((diff) => diff.errors));
  rejectDestructiveChanges(destructiveChanges, named);
  checkNamed(destructiveChanges, named);
}

async function confirm(stacks: readonly PlannedStack[], { ask }: CommandContext): Promise<void> {
  if (ask === undefined)
    throw new UsageError('Cannot ask for confirmation: standard input is not a terminal.', {
      remediation: 'Add --yes to deploy without confirmation, or --dry-run to only show the changes.',
    });
  const answer = await ask(`Deploy ${counted(stacks.length, 'stack')}? Type yes: `);
  if (answer !== 'yes')
    throw new Failure('not_confirmed', 'Nothing was changed.', {
      remediation: 'Repeat the command, and type yes.',
    });
}

/** Writes progress to standard error, one line per resource event, so that logs contain it. */
async function deploy(
  cloud: CloudFormation,
  stacks: readonly PlannedStack[],
  { name, waiting, options, context }: Comparing & { options: Options },
): Promise<string[]> {
  const deployed: string[] = [];
  for (const stack of stacks) {
    const outcome = await deployStack(cloud, stack, {
      name,
      replace: options.replace ?? [],
      waiting,
      onEvent: ({ ResourceStatus: status, LogicalResourceId: id }) =>
        context.stderr.write(`${stack.name}  ${status}  ${id}\n`),
    });
    if (outcome === 'deployed') deployed.push(stack.name);
  }
  return deployed;
}

/** Outputs of the cache stack, such as its endpoint and its password secret. */
async function cacheOutputs(
  cloud: CloudFormation,
  { plan }: Deployment,
): Promise<ReadonlyMap<string, string>> {
  return (await stackOutputs(cloud, `${plan.name}-cache`)) ?? new Map();
}

function doneLines(deployed: readonly string[], outputs: ReadonlyMap<string, string>): string[] {
  const endpoint = outputs.get('CacheEndpoint') ?? 'HOST:6379';
  const secret = outputs.get('CachePasswordSecret');
  return [
    deployed.length === 0
      ? 'AWS matches the deployment; nothing was changed.'
      : `Deployed: ${deployed.join(', ')}.`,
    ...[...outputs].map(([name, value]) => `  ${name}: ${value}`),
    `Next: \`bookedbarber env --redis ${endpoint}${secret === undefined ? '' : ` --set REDIS_PASSWORD_SECRET=${secret}`}\`, then \`bookedbarber doctor\`.`,
  ];
}

function inJson(diffs: readonly StackDiff[], deployment: Deployment, deployed: readonly string[]) {
  const costs = costsOf(diffs, deployment);
  return {
    stacks: diffs.map(({ stack, ...diff }) => ({ name: stack.name, ...diff })),
    // Null if a price is unknown. The total is then null, too.
    monthly_cost_usd: { total: total(costs), parts: costs },
    deployed,
  };
}
