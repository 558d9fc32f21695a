import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const book = join(project, 'tests/support/fixtures/salon/book');
const broken = join(project, 'tests/support/fixtures/salon/broken');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function replay(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(project, 'dev/measure.mjs'), 'replay', ...args],
      { cwd: project, timeout: 550_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

type Run = {
  name: string;
  outcome: { accepted: number; refusedBecause: Record<string, number>; violations: string[] };
  counts: Record<string, number>;
  cache: { page: { hitRate: number; requests: number }; availability: { requests: number } };
  statements: { all: number };
  limits: { refused: number };
  violations: string[];
};

async function figures(
  file: string,
  ...args: string[]
): Promise<{ code: number; text: string; runs: Run[] }> {
  const json = join(folder, file);
  const { code, stdout, stderr } = await replay(book, ...args, '--json', json);
  expect(code, stdout + stderr).toBe(0);
  return { code, text: stdout, runs: JSON.parse(readFileSync(json, 'utf8')).runs };
}

describe('a replay of a booking history', { timeout: 600_000 }, () => {
  test('accepts each booking without overlap exactly once, sends an email for each, and has the same outcome for the same seed', async () => {
    const { text, runs } = await figures('all.json', '--looks', '2');
    expect(runs.map((run) => run.name)).toEqual(['virtual', 'real', 'off']);
    for (const { outcome, counts, limits, violations, cache, statements } of runs) {
      expect(violations).toEqual([]);
      expect(outcome).toMatchObject({ accepted: 14, refusedBecause: { '409 slot_taken': 2 } });
      expect(counts).toMatchObject({ bookings: 14, cancelled: 5, overlaps: 0, bookedTwice: 0 });
      expect(counts).toMatchObject({ bookingsWithoutMail: 0, cancelledWithoutMail: 0 });
      expect(limits.refused).toBe(0);
      expect([cache.page.requests, cache.availability.requests]).toEqual([32, 32]);
      expect(statements.all).toBeGreaterThan(0);
    }
    const [virtual, real, off] = runs.map((run) => run.cache.page.hitRate);
    expect(off).toBe(0);
    expect(real).toBeGreaterThan(virtual ?? 1);
    expect(text).toContain('Every booking has the expected result.');

    const again = await figures('again.json', '--looks', '2', '--runs', 'off');
    expect(again.runs[0]?.outcome).toEqual(runs[2]?.outcome);
  });

  test('reports the first invalid row, and exits with 1', async () => {
    const { code, stderr } = await replay(broken);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/rows of .* cannot be used, such as .* line \d+/),
    ]);
  });

  test.each([
    [['--looks', '1000'], '--looks is "1000"'],
    [['--runs', 'sideways'], '--runs contains "sideways"'],
    [['--fast'], '--fast'],
    [['one', 'two'], 'More than one folder'],
  ])('with %j prints a usage error, and exits with 2', async (args, message) => {
    const { code, stderr } = await replay(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
