import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvBounds, InvalidFieldError, readCsv } from './csv-table.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bookedbarber-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(content: string | Buffer) {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, content);
  return readCsv(path, ['code', 'name'], (fields, line) => ({ ...fields, line }));
}

test('columns may stand in any order, with others between them and a byte order mark before them', async () => {
  const { rows, bad } = await read('\uFEFFname,note,code\r\n"Cut, short",x,CUT\r\n\r\nShave,y,SHV\r\n');
  expect(rows).toEqual([
    { code: 'CUT', name: 'Cut, short', line: 2 },
    { code: 'SHV', name: 'Shave', line: 4 },
  ]);
  expect(bad).toEqual([]);
});

test('rows with too few or too many columns are named by their line', async () => {
  const { rows, bad } = await read('code,name\nCUT\nSHV,Shave\nA,B,C\n');
  expect(rows).toHaveLength(1);
  expect(bad).toEqual([
    { file: 'rows.csv', line: 2, reason: 'has 1 column where the first line has 2' },
    { file: 'rows.csv', line: 4, reason: 'has 3 columns where the first line has 2' },
  ]);
});

test('text that is not UTF-8, or that moves the cursor, is a bad row', async () => {
  const { bad } = await read(Buffer.from('code,name\nA,caf\xe9\nB,\x1b[2J\n', 'latin1'));
  expect(bad.map(({ reason }) => reason)).toEqual(['name is not UTF-8 text', 'name has control characters']);
});

test('only a InvalidFieldError makes a bad row; any other error is a fault', async () => {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, 'code,name\nA,B\n');
  const throwing = (error: Error) => () => {
    throw error;
  };
  expect((await readCsv(path, ['code'], throwing(new InvalidFieldError('no')))).bad).toHaveLength(1);
  await expect(readCsv(path, ['code'], throwing(new TypeError('bug')))).rejects.toThrow('bug');
});

test.each([
  ['', 'is empty'],
  ['code\nA\n', 'does not name the columns'],
  ['code,name,name\nA,B,C\n', 'does not name the columns'],
  ['code,name\nA,"B\n', 'cannot be read as CSV'],
  [`${'c,'.repeat(csvBounds.maximumColumns)}code,name\n`, 'more than 64 columns'],
  [`code,name\nA,${'x'.repeat(csvBounds.maximumRecordBytes + 1)}\n`, 'cannot be read as CSV'],
])('a file that cannot be used at all is refused (%#)', async (content, reason) => {
  await expect(read(content)).rejects.toThrow(reason);
});

test('a file that is not there is named', async () => {
  await expect(readCsv(join(folder, 'nothing.csv'), ['code'], () => null)).rejects.toThrow(
    'There is no file',
  );
});
