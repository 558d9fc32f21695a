import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { copyProject, project } from '../copy.ts';

const pages = 'apps/web';

/** A copy of the project with its build, in which tests run. */
export type Copy = { readonly folder: string; readonly remove: () => void };

/** Copies the sources and the build, which some tests start as processes. */
export function copyWithBuild(): Copy {
  const copy = copyProject();
  for (const part of ['packages', 'apps'])
    for (const name of readdirSync(join(project, part))) {
      const dist = join(part, name, 'dist');
      if (existsSync(join(project, dist)))
        cpSync(join(project, dist), join(copy.folder, dist), { recursive: true });
    }
  return copy;
}

/** Writes a source and its build, and returns a function that restores both. */
export function writeSource(folder: string, file: string, text: string): () => void {
  const built = file.replace('/src/', '/dist/').replace(/\.tsx?$/, '.js');
  const files = [file, ...(existsSync(join(folder, built)) ? [built] : [])];
  const before = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  writeFileSync(join(folder, file), text);
  if (files.length > 1) writeFileSync(join(folder, built), toJavaScript(text));
  return () => {
    for (const [i, name] of files.entries()) writeFileSync(join(folder, name), before[i] ?? '');
  };
}

/** Returns whether the build succeeded. */
export function buildPages(folder: string): Promise<boolean> {
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  return new Promise((resolve) => {
    execFile(process.execPath, [vite, 'build'], { cwd: join(folder, pages), timeout: 300_000 }, (error) =>
      resolve(error === null),
    );
  });
}

/** Undoes a build. */
export function restorePages(folder: string): void {
  cpSync(join(project, pages, 'dist'), join(folder, pages, 'dist'), { recursive: true });
}

function toJavaScript(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  return outputText;
}
