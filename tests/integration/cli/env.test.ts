import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { CommandContext } from '../../../apps/cli/src/shared/io.ts';
import { makeConfig } from '../../../apps/server/src/config/config.ts';
import { runCommand } from '../../support/bookedbarber.ts';
import { createTestDatabase } from '../../support/database.ts';

const endpoint = 'bookedbarber.abc123.ng.0001.use1.cache.amazonaws.com:6379';
/** Contains every special character that ElastiCache allows. */
const token = 'Zt7!a&b#c$d^e<f>g-h0123456789';
const databaseUrl = 'postgres://app:db-secret-word@db.example:5432/bookedbarber';
const smtpUrl = 'smtp://mailer:smtp-secret-word@mail.example:587';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-env-'));
  file = join(folder, '.env.production');
  for (const [name, text] of Object.entries({ token, databaseUrl, smtpUrl }))
    writeFileSync(join(folder, name), `${text}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const whole = [
  ...['--redis', endpoint, '--redis-password-file', 'token', '--database-url-file', 'databaseUrl'],
  ...[
    '--smtp-url-file',
    'smtpUrl',
    '--mail-from',
    'shop@example.com',
    '--public-url',
    'https://book.example',
  ],
];

/** Runs `env` and checks that the output contains no secret of the file. */
async function env(args: readonly string[], changes: Partial<CommandContext> = {}) {
  const { code, stdout, stderr } = await runCommand(['env', ...args], {
    workingFolder: folder,
    ask: undefined,
    ...changes,
  });
  const values = valuesIn();
  const secrets = [
    token,
    'db-secret-word',
    'smtp-secret-word',
    values['OPERATOR_TOKEN'],
    values['BOOKING_LINK_SECRET'],
  ];
  for (const secret of [...secrets, values['REDIS_PASSWORD']])
    if (secret)
      for (const form of [secret, encodeURIComponent(secret)]) expect(stdout + stderr).not.toContain(form);
  return { code, stdout, stderr };
}

function valuesIn(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

const mode = () => statSync(file).mode & 0o777;

describe('a new file', () => {
  test('is complete for production and readable only by its owner', async () => {
    const { code, stdout } = await env(whole);
    expect([code, mode()]).toEqual([0, 0o600]);
    expect(stdout).toContain(`+ REDIS_URL            rediss://${endpoint}`);
    expect(stdout).toContain(
      '+ DATABASE_URL         postgres://db.example:5432/bookedbarber (with credentials, not shown)',
    );
    const { redis, production, databaseUrl: url } = makeConfig(valuesIn());
    expect([production, url]).toEqual([true, databaseUrl]);
    expect(redis.main).toMatchObject({ tls: true, port: 6379, password: token, cluster: false });
    expect(readdirSync(folder).sort()).toEqual(['.env.production', 'databaseUrl', 'smtpUrl', 'token']);
  });

  test('that is incomplete lists the same variables as the server would', async () => {
    const { code, stdout } = await env([]);
    expect(code).toBe(0);
    const listed = /without: (.*)\./.exec(stdout)?.[1]?.split(', ');
    let missing: readonly string[] = [];
    try {
      makeConfig({ ...valuesIn() });
    } catch (error) {
      missing = (error as { problems: string[] }).problems.map((problem) => problem.split(' ')[0] ?? '');
    }
    // The server requires MAIL_FROM only when SMTP_URL is set.
    expect(listed?.filter((name) => name !== 'MAIL_FROM').sort()).toEqual([...missing].sort());
  });

  test('gets a generated password that ElastiCache accepts', async () => {
    const { stdout } = await env(['--redis', endpoint, '--new-redis-password', '--json']);
    expect(valuesIn()['REDIS_PASSWORD']).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(JSON.parse(stdout)).toMatchObject({ written: true, complete: false });
  });

  test('takes cluster mode, TLS, port and connection limit from a plan', async () => {
    await runCommand(['plan', '--barbers', '8', '--out', join(folder, 'plan.json')]);
    const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
    await env(['--redis', 'cache.example', '--plan', 'plan.json']);
    expect(valuesIn()).toMatchObject({ REDIS_URL: 'rediss://cache.example:6379' });
    expect(valuesIn()['REDIS_MAX_CONNECTIONS']).toBe(String(plan.clients.connectionBudget));
    const other = { ...plan, clusterMode: true, network: { ...plan.network, port: 6380 } };
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(other));
    await env(['--redis', 'cache.example', '--plan', 'plan.json']);
    expect(valuesIn()).toMatchObject({ REDIS_URL: 'rediss://cache.example:6380', REDIS_CLUSTER: 'true' });
    writeFileSync(join(folder, 'plan.json'), '{"plan":1}');
    expect((await env(['--plan', 'plan.json'])).stderr).toContain('is not a plan');
  });

  test('is filled by prompts at a terminal, with hidden input for secrets', async () => {
    const asked: { question: string; hidden: boolean | undefined }[] = [];
    const answers = ['https://book.example', databaseUrl, endpoint, token, smtpUrl, 'shop@example.com'];
    const { stdout } = await env([], {
      ask: async (question, { hidden } = {}) => {
        asked.push({ question, hidden });
        return answers[asked.length - 1] ?? '';
      },
    });
    expect(asked.map(({ hidden }) => hidden)).toEqual([false, true, false, true, true, false]);
    expect(stdout).toContain('Check the settings with `bookedbarber doctor`.');
    expect(makeConfig(valuesIn()).redis.main?.password).toBe(token);
  });
});

describe('an existing file', () => {
  test('keeps its content, order and comments, and a second run changes nothing', async () => {
    await env(whole);
    const by = `# by hand\nexport MINE = "two words"\n${readFileSync(file, 'utf8')}# the end\n`;
    writeFileSync(file, by);
    const { stdout } = await env(whole);
    expect(readFileSync(file, 'utf8')).toBe(by);
    expect(stdout).toContain('.env.production is up to date.');
    await env(['--max-connections', '60']);
    expect(readFileSync(file, 'utf8')).toBe(`${by}REDIS_MAX_CONNECTIONS=60\n`);
  });

  test('shows changed and removed values, and for a secret only that it was replaced', async () => {
    await env([...whole, '--max-connections', '50']);
    writeFileSync(join(folder, 'token'), 'Another-Token-0123456789');
    const args = ['--redis-password-file', 'token', '--max-connections', '60', '--unset', 'MAIL_FROM'];
    const { stdout } = await env(args);
    expect(stdout).toMatch(/~ REDIS_MAX_CONNECTIONS {2}50 -> 60/);
    expect(stdout).toMatch(/~ REDIS_PASSWORD +\(secret, not shown\) \(replaced\)/);
    expect(stdout).toMatch(/- MAIL_FROM +shop@example.com/);
  });

  test('is not touched by a dry run', async () => {
    const { stdout } = await env([...whole, '--dry-run']);
    expect(stdout).toContain('Dry run: nothing was written.');
    expect(readdirSync(folder)).not.toContain('.env.production');
  });

  test('that other users could read becomes private, and a symbolic link is followed', async () => {
    mkdirSync(join(folder, 'shared'));
    writeFileSync(join(folder, 'shared', 'settings'), 'PORT=3000\n');
    chmodSync(join(folder, 'shared', 'settings'), 0o644);
    symlinkSync(join('shared', 'settings'), file);
    const { stdout } = await env(whole);
    expect([mode(), lstatSync(file).isSymbolicLink()]).toEqual([0o600, true]);
    expect(stdout).toContain('Other users could read it before');
    chmodSync(file, 0o644);
    await env(whole);
    expect(mode()).toBe(0o600);
  });

  test('keeps only one assignment of a changed variable that was set twice', async () => {
    writeFileSync(file, 'PORT=1\nHOST=a\nPORT=2\n');
    await env(['--set', 'PORT=3']);
    const text = readFileSync(file, 'utf8');
    expect(text.match(/^(PORT|HOST)=.*$/gm)).toEqual(['PORT=3', 'HOST=a']);
  });
});

describe('writes nothing', () => {
  test.each([
    [
      'a token that ElastiCache rejects',
      ['--redis', endpoint, '--redis-password-file', 'short'],
      'auth_token_refused',
    ],
    [
      'a connection limit that is too low',
      ['--redis', endpoint, '--max-connections', '5'],
      'connections_over_budget',
    ],
    ['an invalid number', ['--redis', endpoint, '--max-connections', 'many'], 'settings_wrong'],
    [
      'a database number in cluster mode',
      ['--redis', 'rediss://cache.example/2', '--cluster'],
      'settings_wrong',
    ],
    [
      'a password on the command line',
      ['--redis', `rediss://:${encodeURIComponent(token)}@cache.example`],
      'usage_error',
    ],
    ['a secret on the command line', ['--set', `REDIS_PASSWORD=${token}`], 'usage_error'],
    ['a missing file', ['--redis-password-file', 'nothing'], 'file_unreadable'],
    ['an empty secret', ['--redis-password-file', 'empty'], 'secret_unusable'],
    ['conflicting options', ['--redis-password-file', 'token', '--new-redis-password'], 'usage_error'],
    ['a missing folder', ['--file', 'nowhere/.env'], 'file_unwritable'],
  ])('for %s', async (_what, args, errorCode) => {
    writeFileSync(join(folder, 'short'), 'too-short');
    writeFileSync(join(folder, 'empty'), '\n');
    const { code, stderr } = await env([...args, '--json']);
    expect([code > 0, JSON.parse(stderr).error.code]).toEqual([true, errorCode]);
    expect(readdirSync(folder)).not.toContain('.env.production');
  });
});

/** Starts a process in the folder of the settings file. */
async function spawned(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string } = {},
) {
  const child = spawn(process.execPath, [...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  child.stdin?.end(options.input ?? '');
  return { child, output: () => output };
}

const built = (path: string) => fileURLToPath(new URL(`../../../apps/${path}`, import.meta.url));

test('a secret is read from standard input', async () => {
  const args = [built('cli/bin/bookedbarber.mjs'), 'env', '--redis', endpoint, '--redis-password-file', '-'];
  const { child, output } = await spawned(args, { input: `${token}\n` });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(valuesIn()['REDIS_PASSWORD']).toBe(token);
  expect(output()).not.toContain(token);
});

describe('the server in production', () => {
  test('starts with the file alone, and its environment takes precedence', async () => {
    const database = await createTestDatabase();
    const redis = new URL(inject('redisUrl'));
    writeFileSync(join(folder, 'databaseUrl'), database.url);
    writeFileSync(join(folder, 'token'), decodeURIComponent(redis.password));
    const own = ['--redis', `redis://${redis.host}`, '--set', 'HOST=127.0.0.1', '--set', 'PORT=1'];
    await env([...whole, ...own, '--set', 'REDIS_KEY_PREFIX=test-env-file']);
    const { child, output } = await spawned([built('server/dist/main/api.js')], {
      env: { NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'warn' },
    });
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'close')])) as [unknown];
    expect(message, output()).toHaveProperty('listening');
    const { listening } = message as { listening: string };
    const health = await (await fetch(`${listening}/api/v1/cache/health`)).json();
    child.kill('SIGTERM');
    await once(child, 'exit');
    await database.drop();
    expect(new URL(listening).hostname).toBe('127.0.0.1');
    expect(Object.keys(health)).toEqual([
      'status',
      'redis_available',
      'hit_rate',
      'memory_usage',
      'connections',
    ]);
    expect(output()).not.toContain(decodeURIComponent(redis.password));
  });

  test('ignores the file outside production, and starts without one', async () => {
    await env(whole);
    const start = async (NODE_ENV: string) => {
      const { child, output } = await spawned([built('server/dist/main/api.js')], { env: { NODE_ENV } });
      await once(child, 'close');
      return output();
    };
    expect(await start('development')).toContain('DATABASE_URL is missing');
    rmSync(file);
    expect(await start('production')).toContain('REDIS_URL is missing');
  });
});
