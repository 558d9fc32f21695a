import { resolve } from 'node:path';
import { type Plan, restoredPlan } from '@bookedbarber/elasticache';
import { costOfPlan } from '../plan/cost-of-plan.ts';
import { writeNewFile } from '../plan/deployment-out.ts';
import { invalidPlan } from '../plan/invalid-plan.ts';
import { nodeName, parseName } from '../plan/plan-options.ts';
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
    .argument('<deployment>', 'deployment file with the plan whose backups to use')
    .summary('plan a new cache from a backup')
    .description(
      'Lists the backups of a cache. With --out it plans a new replication group from the newest available backup, or ' +
        'from the one that --snapshot names, and saves it as a separate deployment. It overwrites no file and changes ' +
        'nothing on AWS: `provision` creates the new group and leaves the old one unchanged.',
    )
    .option('--snapshot <name>', 'use this backup instead of the newest')
    .option('--out <file>', 'save the deployment of the restored group; the file must not exist')
    .option('--name <name>', 'name of the new group (default: the old name and -restored)', parseName)
    .option('--node <type>', 'another node type, such as r7g.large')
    .option('--engine-version <version>', 'a later engine version')
    .option('--jobs', 'use the replication group of the jobs instead of the cache')
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
    throw new UsageError('The deployment has no separate group for jobs.', {
      remediation: 'Remove --jobs.',
    });
  const backups = await backupsOf(old.name, old.region);
  if (options.out === undefined && options.snapshot === undefined)
    printBackups(file, { old, backups, options }, context);
  else await saveRestored({ deployment, old, backups, options }, context);
}

type BackupContext = { old: Plan; backups: readonly FoundBackup[]; options: Options };

function printBackups(file: string, { old, backups, options }: BackupContext, context: CommandContext): void {
  const newest = newestOf(backups) ?? null;
  if (options.json === true) {
    printJson(context, { group: old.name, backups, newest: newest?.name ?? null });
    return;
  }
  printLines(context, [
    ...backupLines(old, backups, newest, paintFor(context.stdout, context.environment)),
    ...(newest === null
      ? []
      : ['', `To plan a new group from the backup marked →: bookedbarber restore ${file} --out FILE`]),
  ]);
}

async function saveRestored(
  { deployment, old, backups, options }: BackupContext & { deployment: DeploymentForm },
  context: CommandContext,
): Promise<void> {
  const { out } = options;
  if (out === undefined)
    throw new UsageError('The file for the restored deployment is required.', {
      remediation: 'Add --out FILE with the name of a new file.',
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
  if (plan === null) throw invalidPlan(errors);
  if ((await findGroup(plan)) !== null)
    throw new Failure('group_exists', `The replication group ${plan.name} already exists.`, {
      remediation: 'Choose another name for the new group with --name.',
    });
  return plan;
}

function parseNewName(name: string): string {
  if (name.length <= 40) return name;
  throw new UsageError(`${name} is longer than the maximum of 40 characters for a group name.`, {
    remediation: 'Set the name of the new group with --name.',
  });
}
