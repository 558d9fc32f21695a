import { resolve } from 'node:path';
import { type Plan, restoredPlan } from '@bookedbarber/elasticache';
import { costOfPlan } from '../plan/cost-of-plan.ts';
import { writeNewFile } from '../plan/deployment-out.ts';
import { nodeName, parseName } from '../plan/plan-options.ts';
import { refusedPlan } from '../plan/refused-plan.ts';
import { type DeploymentForm, readDeploymentForm } from '../provision/deployment-file.ts';
import { findGroup } from '../shared/aws/group.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { Failure, UsageError } from '../shared/user-error.ts';
import { backupsOf, chooseBackup, type FoundBackup, newestOf } from './backups.ts';
import { backupLines, restoredLines } from './restore-lines.ts';
import { restoredDeployment } from './restored-deployment.ts';

type Options = {
  snapshot?: string;
  out?: string;
  name?: string;
  node?: string;
  engineVersion?: string;
  jobs?: boolean;
  json?: boolean;
};

export const addRestore: AddCommand = (parent, context) => {
  const command = parent
    .command('restore')
    .argument('<deployment>', 'the file with the plan whose backups are meant')
    .summary('plan a new cache from a backup, beside the old one')
    .description(
      'Lists the backups of a cache. With --out it plans a new group from one of them, the newest that is available unless ' +
        '--snapshot names another, and saves it as a deployment of its own. It writes over no file and changes nothing on ' +
        'AWS: `provision` makes the new group, and the old one stays.',
    )
    .option('--snapshot <name>', 'this backup instead of the newest')
    .option('--out <file>', 'save the deployment of the restored group; the file must not be there')
    .option('--name <name>', 'name of the new group (default: that of the old one and -restored)', parseName)
    .option('--node <type>', 'a node of another kind, such as r7g.large')
    .option('--engine-version <version>', 'a later version of the engine')
    .option('--jobs', 'the group of the jobs instead of the cache')
    .option('--json', 'print one JSON document instead of text')
    .action((file: string, options: Options) => restore(file, options, context));
  withExamples(command, [
    'bookedbarber restore deployment.json',
    'bookedbarber restore deployment.json --out restored.json',
    'bookedbarber restore deployment.json --snapshot before-the-move --name lantern-2 --out restored.json',
  ]);
};

async function restore(file: string, options: Options, context: CommandContext): Promise<void> {
  const deployment = readDeploymentForm(resolve(context.workingFolder, file));
  const old = options.jobs === true ? deployment.jobsPlan : deployment.plan;
  if (old === null)
    throw new UsageError('The deployment has no group of its own for jobs.', {
      remediation: 'Leave --jobs out.',
    });
  const backups = await backupsOf(old.name, old.region);
  if (options.out === undefined && options.snapshot === undefined)
    printBackups(file, { old, backups, options }, context);
  else await saveRestored({ deployment, old, backups, options }, context);
}

type Found = { old: Plan; backups: readonly FoundBackup[]; options: Options };

function printBackups(file: string, { old, backups, options }: Found, context: CommandContext): void {
  const newest = newestOf(backups) ?? null;
  if (options.json === true) {
    printJson(context, { group: old.name, backups, newest: newest?.name ?? null });
    return;
  }
  printLines(context, [
    ...backupLines(old, backups, newest, paintFor(context.stdout, context.environment)),
    ...(newest === null ? [] : ['', `Plan a new group from → with: bookedbarber restore ${file} --out FILE`]),
  ]);
}

async function saveRestored(
  { deployment, old, backups, options }: Found & { deployment: DeploymentForm },
  context: CommandContext,
): Promise<void> {
  const { out } = options;
  if (out === undefined)
    throw new UsageError('Where is the deployment of the restored group to be saved?', {
      remediation: 'Add --out FILE, a file that is not there yet.',
    });
  const backup = chooseBackup(backups, options.snapshot, old.name);
  const plan = await planFrom(old, backup, options);
  writeNewFile(resolve(context.workingFolder, out), await restoredDeployment(deployment, plan));
  if (options.json === true)
    printJson(context, {
      group: old.name,
      backup,
      restored: plan.name,
      file: out,
      monthly_cost_usd: costOfPlan(plan),
    });
  else {
    const paint = paintFor(context.stdout, context.environment);
    printLines(context, restoredLines(plan, backup, out, paint));
  }
}

async function planFrom(old: Plan, backup: FoundBackup, options: Options): Promise<Plan> {
  const { plan, errors } = restoredPlan(old, backup, {
    name: options.name ?? parseNewName(`${old.name}-restored`),
    ...(options.node === undefined ? {} : { nodeType: nodeName(options.node) }),
    ...(options.engineVersion === undefined ? {} : { engineVersion: options.engineVersion }),
  });
  if (plan === null) throw refusedPlan(errors);
  if ((await findGroup(plan)) !== null)
    throw new Failure('group_exists', `There is a replication group ${plan.name} already.`, {
      remediation: 'Give the new one another name: --name NAME.',
    });
  return plan;
}

function parseNewName(name: string): string {
  if (name.length <= 40) return name;
  throw new UsageError(`${name} is longer than the 40 characters that a group may have.`, {
    remediation: 'Name the new group with --name.',
  });
}
