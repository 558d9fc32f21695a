/**
 * Runs every line of the shell blocks in docs/guides/elasticache.md, in order and in one folder, from a plan to a
 * cache that is restored from a backup. infra/ synthesizes the templates, and the server runs in production mode. AWS
 * is replaced by fakes of its HTTP APIs (guide-on-aws.ts), a local Redis with TLS and a password, and a load balancer
 * that terminates TLS.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
  makeTlsFiles,
  type SecureRedis,
  startSecureRedis,
  type TlsFiles,
} from '../../support/doctor/doctor-redis.ts';
import { rotateAsDeployed } from '../../support/guide/deployed-rotation.ts';
import { type GuideOnAws, startGuideOnAws } from '../../support/guide/guide-on-aws.ts';
import { startTamperingProxy, type TamperingProxy } from '../../support/tampering-proxy.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const guide = readFileSync(join(project, 'docs/guides/elasticache.md'), 'utf8');

/** Lines of the shell blocks; lines continued with a backslash are joined. */
const commands = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .filter((line) => line !== ''),
);

/** Not run literally, because it would use the project folder. The test starts the same processes. */
const startCommand = 'NODE_ENV=production npm start';
/** Run in the project folder, unless the dependencies are already installed. */
const installCommand = 'npm ci --prefix infra';

/** Expected output, by the start of the command. */
const expectedOutput: [start: string, output: RegExp][] = [
  ['npx bookedbarber plan --table', /cache\.t4g\.small/],
  ['npx bookedbarber plan --check', /deployment\.json is valid\.[\s\S]*cache\.t4g/],
  ['npx bookedbarber plan --barbers 8 --users 1500 --deployment', /Saved as deployment\.json\./],
  ['npx bookedbarber plan --barbers 8 --users 1500', /[Vv]alkey/],
  [
    'npx bookedbarber provision deployment.json --dry-run',
    /bookedbarber-network is new[\s\S]*bookedbarber-cache is new[\s\S]*Monthly cost/,
  ],
  ['npx bookedbarber provision deployment.json', /CacheEndpoint: localhost:\d+[\s\S]*Next: /],
  ['npx bookedbarber env', /\.env\.production/],
  ['npx bookedbarber doctor', /Ready for production\./],
  ['curl', /"status":"healthy","redis_available":true/],
  ['npx bookedbarber verify', /The deployment passed all checks\./],
  ['npx bookedbarber status --aws', /bookedbarber {2}available, us-east-1[\s\S]*ok {4}CPUUtilization/],
  ['npx bookedbarber status', /Redis\n {2}memory[\s\S]*Cache[\s\S]*Limits {2}decided in Redis/],
  ['npx bookedbarber advise', /Scaling steps[\s\S]*(Next: |No scaling step)/],
  ['npx bookedbarber tune', /bookings {2}CACHE_TTL_BOOKINGS=60/],
  ['npx bookedbarber scale deployment.json --up', /node: cache\.t4g\.small → cache\.t4g\.medium[\s\S]*Saved/],
  ['npx bookedbarber scale', /→ cache\.t4g\.small to cache\.t4g\.medium/],
  ['npx bookedbarber rotate', /Secrets Manager rotated the password/],
  ['npx bookedbarber restore deployment.json --out', /Saved as restored\.json/],
  ['npx bookedbarber restore', /→ {2}automatic\.bookedbarber-002/],
  [
    'npx bookedbarber provision restored.json',
    /Deployed: bookedbarber-restored-network, bookedbarber-restored-cache/,
  ],
];

let files: TlsFiles;
let redis: SecureRedis;
let database: TestDatabase;
let aws: GuideOnAws;
let balancer: TamperingProxy | undefined;
const processes: ChildProcess[] = [];
const exported: string[] = [];
let rotating: Promise<void> = Promise.resolve();
beforeAll(async () => {
  files = makeTlsFiles();
  redis = await startSecureRedis(files, { hosts: ['localhost'] });
  await redis.admin.config('SET', 'maxmemory', '268435456');
  await redis.admin.config('SET', 'maxmemory-policy', 'volatile-lru');
  aws = await startGuideOnAws(redis, 'cache.t4g.small');
  aws.onRotate((version) => {
    rotating = rotateAsDeployed(
      {
        template: aws.template('bookedbarber-rotation'),
        folder: files.folder,
        secretArn: aws.secretArn,
        environment: environment(),
      },
      version,
    );
    // The command only sees that the rotation did not finish. The test reports the cause below.
    rotating.catch(() => {});
  });
  database = await createTestDatabase();
  writeFileSync(join(files.folder, 'database-url.txt'), database.url);
  writeFileSync(join(files.folder, 'smtp-url.txt'), 'smtp://visits:a-password@127.0.0.1:1025');
});
afterAll(async () => {
  await balancer?.close();
  for (const child of processes) await stop(child);
  await aws?.close();
  await redis?.close();
  await database?.drop();
  files?.remove();
});

/** The environment of the shell and the server. */
const environment = () => ({
  PATH: process.env['PATH'],
  NODE_EXTRA_CA_CERTS: files.caFile,
  CURL_CA_BUNDLE: files.caFile,
  ...aws.environment,
});

function localized(command: string): string {
  return command
    .replaceAll('npx bookedbarber', `${process.execPath} ${join(project, 'apps/cli/bin/bookedbarber.mjs')}`)
    .replaceAll('your-cluster.xxxxx.cache.amazonaws.com:6379', `localhost:${redis.securePort}`)
    .replaceAll(/arn:aws:secretsmanager:\S+/g, aws.secretArn)
    .replaceAll('10.0.0.0/16', '127.0.0.1')
    .replaceAll('https://booking.example.com', balancer?.url ?? 'https://booking.example.com');
}

function run(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = [...exported, localized(command)].join('\n');
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', script],
      { cwd: files.folder, env: environment(), timeout: 600_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

/** Starts the api and the worker like a service manager, with a load balancer in front. */
async function startInProduction(): Promise<void> {
  const addresses = await Promise.all(
    (['api', 'worker'] as const).map(async (role) => {
      const child = spawn(process.execPath, [join(project, `apps/server/dist/main/${role}.js`)], {
        cwd: files.folder,
        env: { ...environment(), NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0' },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      processes.push(child);
      let errors = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
      });
      if (role === 'worker') return '';
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the api exited with ${code}: ${errors}`);
      });
      const [message] = await Promise.race([once(child, 'message'), ended]);
      return (message as { listening: string }).listening;
    }),
  );
  balancer = await startTamperingProxy(addresses[0] ?? '', files.authority.issue({ hosts: ['127.0.0.1'] }));
}

/** Installs the dependencies of infra/, which is a separate package. */
async function installInfra(): Promise<void> {
  if (existsSync(join(project, 'infra/node_modules/tsx'))) return;
  const child = spawn('npm', ['ci', '--prefix', 'infra', '--ignore-scripts'], {
    cwd: project,
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The current settings file of the server. */
const settings = () => parseEnv(readFileSync(join(files.folder, '.env.production'), 'utf8'));

test('the guide has a command for each step', () => {
  expect(commands).toContain(startCommand);
  for (const verb of [
    'plan',
    'provision',
    'env',
    'doctor',
    'verify',
    'status',
    'advise',
    'tune',
    'scale',
    'rotate',
    'restore',
  ])
    expect(
      commands.some((command) => command.startsWith(`npx bookedbarber ${verb}`)),
      verb,
    ).toBe(true);
});

test.each(commands)(
  '%s',
  async (command) => {
    if (command === startCommand) {
      await startInProduction();
      return;
    }
    if (command === installCommand) {
      await installInfra();
      return;
    }
    if (command.startsWith('export ')) exported.push(localized(command));
    const before = aws.password();
    const { code, stdout, stderr } = await run(command);
    expect(code, stdout + stderr).toBe(0);
    const expected = expectedOutput.find(([start]) => command.startsWith(start))?.[1];
    if (expected !== undefined) expect(stdout).toMatch(expected);
    await rotating;
    if (command.startsWith('npx bookedbarber rotate')) expect(aws.password()).not.toBe(before);
    if (!existsSync(join(files.folder, '.env.production'))) return;
    expect(statSync(join(files.folder, '.env.production')).mode & 0o777).toBe(0o600);
    for (const secret of [before, aws.password(), settings()['OPERATOR_TOKEN'] ?? 'none'])
      expect(stdout + stderr).not.toContain(secret);
  },
  660_000,
);

test('the guide has created its resources, and the new password is in use', async () => {
  expect(aws.stacks()).toEqual(
    expect.arrayContaining(['bookedbarber-cache', 'bookedbarber-rotation', 'bookedbarber-restored-cache']),
  );
  expect(aws.template('bookedbarber-cache')).toContain('"CacheNodeType": "cache.t4g.medium"');
  expect(aws.template('bookedbarber-restored-cache')).toContain(
    '"SnapshotName": "automatic.bookedbarber-002"',
  );
  const { code, stdout, stderr } = await run('npx bookedbarber doctor');
  expect([code, stdout, stderr]).toEqual([0, expect.stringContaining('Ready for production.'), '']);
});

test('provision rejects a changed port, because it would replace the cache', async () => {
  const file = join(files.folder, 'deployment.json');
  const deployment = JSON.parse(readFileSync(file, 'utf8')) as { plan: { network: object } };
  const changed = {
    ...deployment,
    plan: { ...deployment.plan, network: { ...deployment.plan.network, port: 6380 } },
  };
  writeFileSync(join(files.folder, 'changed.json'), JSON.stringify(changed));
  const { code, stderr } = await run('npx bookedbarber provision changed.json --yes');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /would lose data\. Nothing was changed\.[\s\S]*the cache would be replaced[\s\S]*Port/,
  );
}, 660_000);
