import { describe, expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';
import { run } from './program.ts';
import { processContext } from './shared/io.ts';

/** Runs the command on a machine without a server and returns its exit code and output. */
async function bookedbarber(args: string[], variables: Record<string, string> = {}, isTTY = false) {
  let stdout = '';
  let stderr = '';
  const code = await run(args, {
    ...processContext(),
    environment: readEnvironment(variables),
    workingFolder: '/',
    projectFolder: '/nowhere',
    stdout: { write: (text) => (stdout += text), isTTY, columns: 100 },
    stderr: { write: (text) => (stderr += text), isTTY, columns: 100 },
    fetch: () => Promise.reject(new Error('this test has no network')),
  });
  return { code, stdout, stderr };
}

/** Every command, in the order of the help. */
const verbs = [
  ['shop', 'create'],
  ['shop', 'list'],
  ['shop', 'show'],
  ['import', 'salon'],
  ['demo'],
  ['plan'],
  ['provision'],
  ['scale'],
  ['rotate'],
  ['restore'],
  ['env'],
  ['doctor'],
  ['verify'],
  ['status'],
  ['messages', 'show'],
  ['messages', 'list'],
  ['messages', 'retry'],
  ['messages', 'pause'],
  ['messages', 'resume'],
  ['advise'],
  ['tune'],
];
const groups = ['shop', 'import', 'messages'];

/** The names in the list of commands of a help text, without the help command. */
function commandsIn(help: string): string[] {
  const [, list = ''] = /^Commands:\n([\s\S]*?)\n\n/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

describe('help', () => {
  test.each(verbs)('of `%s %s` shows examples and exit codes and fits a terminal', async (...verb) => {
    const { code, stdout, stderr } = await bookedbarber([...verb.filter(Boolean), '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Examples:\n  bookedbarber ${verb.join(' ')}`);
    expect(stdout).toContain('Exit codes: 0 success, 1 failure, 2 usage error.');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(112);
  });

  test('of the program lists every command and the variables for server and token', async () => {
    const { code, stdout } = await bookedbarber(['--help']);
    expect(code).toBe(0);
    expect(commandsIn(stdout)).toEqual([...new Set(verbs.map(([verb]) => verb))]);
    for (const word of ['BOOKEDBARBER_URL', 'BOOKEDBARBER_OPERATOR_TOKEN', 'NO_COLOR'])
      expect(stdout).toContain(word);
  });

  test.each(groups)('of `%s` lists each of its commands', async (group) => {
    const { stdout } = await bookedbarber([group, '--help']);
    expect(commandsIn(stdout)).toEqual(verbs.filter(([verb]) => verb === group).map(([, verb]) => verb));
  });
});

describe('exit code 2', () => {
  test.each([
    [[]],
    [['shop']],
    [['nonsense']],
    [['shop', 'list', '--token', 'secret']],
    [['shop', 'show']],
    [['import', 'salon']],
    [['import', 'salon', '.', '--zone', 'Mars/Base', '--dry-run']],
    [['demo', '--slug', 'Not A Slug']],
    [['status', '--every', '0']],
    [['tune', 'bookings']],
    [['shop', 'create', '--slug', 'x']],
    [['shop', 'list', '--url', 'localhost:3000']],
    [['doctor']],
    [['doctor', 'redis://localhost', '--timeout', '0']],
    [['verify']],
    [['verify', 'ftp://booking.example']],
    [['env', '--set', 'nonsense']],
  ])('for %j, with text on stderr only', async (args) => {
    const { code, stdout, stderr } = await bookedbarber(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });
});

test('a failure includes a remediation, as text or as JSON', async () => {
  const text = await bookedbarber(['shop', 'list']);
  expect([text.code, text.stdout]).toEqual([1, '']);
  expect(text.stderr).toMatch(/^error: No running server was found\.\nStart one with `npm start`/);
  const json = await bookedbarber(['shop', 'list', '--json']);
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'server_unknown', details: [] } });
});

test('the error for an unknown option does not repeat its value, which may be a secret', async () => {
  const { code, stderr } = await bookedbarber(['doctor', '--password=hunter2-hunter2']);
  expect([code, stderr]).toEqual([2, expect.stringContaining("unknown option '--password'")]);
  expect(stderr).not.toContain('hunter2');
});

test('shop create lists all missing options in one error', async () => {
  const { stderr } = await bookedbarber(['shop', 'create', '--slug', 'x']);
  expect(stderr).toContain('Add --name --zone --currency --country');
});

test('colors appear only on a terminal, and NO_COLOR turns them off', async () => {
  const color = '\u001b[';
  expect((await bookedbarber(['shop', 'list'], {}, true)).stderr).toContain(color);
  expect((await bookedbarber(['shop', 'list'], { NO_COLOR: '1' }, true)).stderr).not.toContain(color);
  expect((await bookedbarber(['shop', 'list'], { TERM: 'dumb' }, true)).stderr).not.toContain(color);
  expect((await bookedbarber(['shop', 'list'])).stderr).not.toContain(color);
});

test('a warning appears when the operator token would be sent unencrypted', async () => {
  const variables = { BOOKEDBARBER_OPERATOR_TOKEN: 'secret-token' };
  const { stderr } = await bookedbarber(['shop', 'list', '--url', 'http://shop.example'], variables);
  expect(stderr).toContain('warning: http://shop.example is not encrypted');
  expect(stderr).not.toContain('secret-token');
});
