import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { commandOf, type Dockerfile, pairsOf, type Stage } from './dockerfile.ts';
import { readIgnored } from './ignored.ts';

const run = promisify(execFile);
const stepWithinMs = 900_000;

/** A built stage. Its folder represents the root of an image. */
export type Built = {
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: string | undefined;
  command: string[];
  healthcheck: string[];
};

/**
 * Builds a Dockerfile without Docker: each stage in its own folder in `folder`, with the project as the context. The
 * base image is this machine with its Node.
 *
 * @throws Error when a step fails, with its output, or for an unknown instruction
 */
export async function buildStages(file: Dockerfile, context: string, folder: string): Promise<Built> {
  const built = new Map<string, Built>();
  let last: Built | undefined;
  for (const stage of file.stages) {
    last = await buildStage(stage, built, context, join(folder, stage.name));
    built.set(stage.name, last);
  }
  if (last === undefined) throw new Error('Dockerfile: no stage');
  return last;
}

async function buildStage(stage: Stage, before: Map<string, Built>, context: string, root: string) {
  const parent = before.get(stage.from);
  await mkdir(root, { recursive: true });
  if (parent !== undefined) await cp(parent.root, root, { recursive: true, verbatimSymlinks: true });
  const built: Built = {
    root,
    workdir: parent?.workdir ?? '/',
    env: { ...parent?.env },
    user: parent?.user,
    command: parent?.command ?? [],
    healthcheck: parent?.healthcheck ?? [],
  };
  for (const { name, text } of stage.instructions) {
    if (name === 'WORKDIR') {
      built.workdir = text;
      await mkdir(join(root, text), { recursive: true });
    } else if (name === 'ENV') Object.assign(built.env, pairsOf(text));
    else if (name === 'USER') built.user = text;
    else if (name === 'COPY') await copy(text, built, before, context);
    else if (name === 'RUN') {
      if (text !== installAll || !(await linkInstalled(context, built))) await runStep(text, built);
    } else if (name === 'CMD') built.command = commandOf(text);
    else if (name === 'HEALTHCHECK') built.healthcheck = commandOf(text.replace(/^(--[\w-]+=\S+ )*CMD /, ''));
    else if (name !== 'EXPOSE' && name !== 'STOPSIGNAL') throw new Error(`Dockerfile: ${name} is not known`);
  }
  await chmod(root, 0o755);
  return built;
}

/** Docker's rules: COPY of a folder copies its contents, and a target with a trailing slash is a folder. */
async function copy(text: string, built: Built, before: Map<string, Built>, context: string): Promise<void> {
  const words = text.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  const source = from === undefined ? context : before.get(from)?.root;
  if (source === undefined) throw new Error(`Dockerfile: COPY from ${from}, which is not a stage`);
  const isIgnored =
    from === undefined ? readIgnored(await readFile(join(context, '.dockerignore'), 'utf8')) : none;
  for (const word of words) {
    const path = join(source, word);
    const isFolder = (await stat(path)).isDirectory();
    const into = join(built.root, built.workdir, target);
    const end = isFolder || !target.endsWith('/') ? into : join(into, basename(word));
    await mkdir(dirname(end), { recursive: true });
    if (isIgnored(relative(source, path)))
      throw new Error(`.dockerignore excludes ${word}, which COPY requires`);
    await cp(path, end, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (one) => !isIgnored(relative(source, one)),
    });
  }
}

const none = (): boolean => false;

/** What `npm test` has done in the project, from the same lockfile. It takes longer than the rest of the build. */
const installAll = 'npm ci --ignore-scripts';

/** Links the packages that are installed in the project. False if that is not possible, as on another file system. */
async function linkInstalled(context: string, { root, workdir }: Built): Promise<boolean> {
  const { packages } = JSON.parse(await readFile(join(context, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  const folders = new Set(
    Object.keys(packages).flatMap((path) => /^(.*?node_modules)\//.exec(path)?.[1] ?? []),
  );
  try {
    for (const folder of folders)
      await run('cp', ['-al', join(context, folder), join(root, workdir, folder)], { timeout: stepWithinMs });
    return true;
  } catch {
    for (const folder of folders) await rm(join(root, workdir, folder), { recursive: true, force: true });
    return false;
  }
}

async function runStep(command: string, built: Built): Promise<void> {
  try {
    await run('/bin/sh', ['-c', command], {
      cwd: join(built.root, built.workdir),
      env: { ...outerEnvironment(), ...built.env },
      timeout: stepWithinMs,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`RUN ${command}\n${stdout}${stderr}`, { cause: error });
  }
}

/** The variables that npm needs for its cache and registry, without those that the outer npm or Vitest has set. */
function outerEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|LANG|TMPDIR|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|npm_config_(registry|cache|userconfig))$/i.test(
      name,
    ),
  );
  return { ...Object.fromEntries(kept), npm_config_prefer_offline: 'true' };
}
