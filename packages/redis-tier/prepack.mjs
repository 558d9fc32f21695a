/**
 * Runs before `npm pack`. Builds the ES modules in dist if they are out of date, removes those without a source, which an
 * earlier build has left, and builds the CommonJS modules in dist/cjs, for `require` and Jest. Their declarations are the same: the package.json of a folder decides what a module is.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const folder = import.meta.dirname;
const output = join(folder, 'dist/cjs');

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '--build'], { cwd: folder, stdio: 'inherit' });

const compilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2023,
  rewriteRelativeImportExtensions: true,
};

rmSync(output, { recursive: true, force: true });
for (const path of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
  const source = path.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
  if (source !== path && !existsSync(join(folder, 'src', source))) rmSync(join(folder, 'dist', path));
}
for (const path of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })) {
  // The testing part starts a program by its file: it exists only as ES modules.
  if (!path.endsWith('.ts') || path.endsWith('.test.ts') || /^testing[/\\]/.test(path)) continue;
  const name = path.slice(0, -'.ts'.length);
  mkdirSync(dirname(join(output, name)), { recursive: true });
  const source = readFileSync(join(folder, 'src', path), 'utf8');
  writeFileSync(join(output, `${name}.js`), ts.transpileModule(source, { compilerOptions }).outputText);
  const types = readFileSync(join(folder, 'dist', `${name}.d.ts`), 'utf8');
  writeFileSync(join(output, `${name}.d.ts`), types.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
}
writeFileSync(join(output, 'package.json'), '{ "type": "commonjs", "sideEffects": false }\n');
