import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../environment.ts';
import { type CommandContext, processContext } from '../io.ts';
import { findConnection } from './connection.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function around(variables: Record<string, string> = {}, workingFolder = folder): CommandContext {
  const environment = readEnvironment(variables);
  return { ...processContext(), environment, workingFolder, projectFolder: join(folder, 'project') };
}

function instance(data: string, files: { instance?: unknown; secrets?: unknown }): void {
  mkdirSync(data, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(data, `${name}.json`), JSON.stringify(content));
}

const running = { instance: { url: 'http://127.0.0.1:3000' }, secrets: { operatorToken: 'local-token' } };

describe('the server URL', () => {
  test('is that of the local instance found in a parent folder', () => {
    instance(join(folder, '.data'), running);
    const below = join(folder, 'a', 'b');
    mkdirSync(below, { recursive: true });
    const { url, operatorToken } = findConnection({}, around({}, below));
    expect([url.href, operatorToken]).toEqual(['http://127.0.0.1:3000/', 'local-token']);
  });

  test('is that of the project instance when no parent folder has one', () => {
    instance(join(folder, 'project', '.data'), running);
    expect(findConnection({}, around()).operatorToken).toBe('local-token');
  });

  test('is never taken from another folder when BOOKEDBARBER_DATA is set', () => {
    instance(join(folder, '.data'), running);
    const variables = { BOOKEDBARBER_DATA: 'elsewhere' };
    expect(() => findConnection({}, around(variables))).toThrow('No running server was found.');
  });

  test('is --url, or else BOOKEDBARBER_URL', () => {
    const variables = { BOOKEDBARBER_URL: 'https://a.example', BOOKEDBARBER_OPERATOR_TOKEN: 'token' };
    expect(findConnection({}, around(variables)).url.host).toBe('a.example');
    expect(findConnection({ url: 'https://b.example' }, around(variables)).url.host).toBe('b.example');
  });

  test('is unknown when the local server is stopped, and the error names its data folder', () => {
    instance(join(folder, '.data'), { secrets: running.secrets });
    expect(() => findConnection({}, around())).toThrow(
      `No server is running with the data folder ${join(folder, '.data')}.`,
    );
  });

  test.each(['localhost:3000', 'ftp://a.example', 'https://user:word@a.example', 'nonsense'])(
    '%s is a usage error',
    (url) => {
      expect(() => findConnection({ url }, around())).toThrow(expect.objectContaining({ exitCode: 2 }));
    },
  );
});

describe('the operator token', () => {
  test('from the environment takes precedence over a file', () => {
    writeFileSync(join(folder, 'token'), 'from-file\n');
    const options = { url: 'https://a.example', tokenFile: 'token' };
    expect(findConnection(options, around()).operatorToken).toBe('from-file');
    const variables = { BOOKEDBARBER_OPERATOR_TOKEN: 'from-environment' };
    expect(findConnection(options, around(variables)).operatorToken).toBe('from-environment');
  });

  test('of the local instance is never sent to another host', () => {
    instance(join(folder, '.data'), running);
    expect(() => findConnection({ url: 'https://a.example' }, around())).toThrow(
      'There is no operator token',
    );
    expect(findConnection({ url: 'http://localhost:3001' }, around()).operatorToken).toBe('local-token');
  });

  const withToken = (token: string) =>
    findConnection({}, around({ BOOKEDBARBER_URL: 'https://a.example', BOOKEDBARBER_OPERATOR_TOKEN: token }))
      .operatorToken;

  test('can have every character that the server accepts', () => {
    const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).join('');
    expect(withToken(characters)).toBe(characters);
    expect(withToken('x'.repeat(512))).toHaveLength(512);
  });

  test.each(['two words', 'two\nlines', 't\u00f6ken', 'x'.repeat(513)])(
    'with invalid characters or length is rejected, and the error does not show it: %j',
    (token) => {
      expect(() => withToken(token)).toThrow(
        expect.objectContaining({
          code: 'token_invalid',
          message: expect.not.stringContaining(token),
          remediation: expect.not.stringContaining(token),
          details: [],
        }),
      );
    },
  );
});

test('the error for an invalid file of the local instance names the file', () => {
  mkdirSync(join(folder, '.data'));
  writeFileSync(join(folder, '.data', 'instance.json'), '{');
  expect(() => findConnection({}, around())).toThrow('instance.json is not valid JSON');
});
