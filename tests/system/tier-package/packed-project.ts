import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('../../../packages/redis-tier/', import.meta.url));
const installOptions = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
const { resolve } = createRequire(import.meta.url);

/** Programs of this repository's development dependencies, which work on the files of any folder. */
export const tools = {
  compiler: resolve('typescript/bin/tsc'),
  tsx: resolve('tsx'),
  vitest: join(resolve('vitest/package.json'), '../vitest.mjs'),
  esbuild: createRequire(resolve('tsx')).resolve('esbuild/bin/esbuild'),
};

/** Empty projects in a temporary folder, into which the packed package was installed. */
export type PackedProject = {
  readonly folder: string;
  readonly tarball: string;
  /** Names of the files in the tarball. */
  readonly files: readonly string[];
  /** Creates a project in a subfolder and installs the package and others. Returns its folder. */
  install(name: string, packages: readonly string[]): Promise<string>;
  remove(): void;
};

/** Packs the package, and copies the programs into the project. */
export async function packProject(): Promise<PackedProject> {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: packageFolder,
    maxBuffer: 64 * 1024 * 1024,
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const tarball = join(folder, packed.filename);
  return {
    folder,
    tarball,
    files: packed.files.map(({ path }) => path),
    async install(name, packages) {
      const project = join(folder, name);
      cpSync(new URL('programs/', import.meta.url), project, { recursive: true });
      writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
      await run('npm', ['install', ...installOptions, tarball, ...packages], { cwd: project });
      return project;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The version of a development dependency of this repository. */
export function versionOf(name: string): string {
  const file = new URL('../../../package.json', import.meta.url);
  const { devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return `${name}@${devDependencies[name]}`;
}

/** Runs Node in a folder. The process has to end by itself. Returns what it prints. */
export async function runNode(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: 200_000,
  }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`node ${args.join(' ')}\n${error.stdout}${error.stderr}`, { cause: error });
  });
  return `${stdout}${stderr}`;
}
