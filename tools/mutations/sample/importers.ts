import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { project } from '../copy.ts';
import { hasFunctions } from './instrument.ts';

/** Finds the modules that use a module which has only constants, also through modules that only export it again. */
export class Importers {
  readonly #of = new Map<string, Set<string>>();

  constructor(files: readonly string[]) {
    const all = new Set(files);
    for (const file of files) {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(project, file), 'utf8'), true, true);
      for (const { fileName } of importedFiles) {
        const target = resolve(file, fileName);
        if (!all.has(target)) continue;
        const importers = this.#of.get(target) ?? new Set();
        this.#of.set(target, importers.add(file));
      }
    }
  }

  /** The nearest modules with functions that import `file`, or `file` itself. */
  withFunctions(file: string, seen = new Set<string>()): string[] {
    if (seen.has(file)) return [];
    seen.add(file);
    if (hasFunctions(file, readFileSync(join(project, file), 'utf8'))) return [file];
    return [...(this.#of.get(file) ?? [])].flatMap((importer) => this.withFunctions(importer, seen));
  }
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  const [, name, inside] = /^@bookedbarber\/([\w-]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  if (name === undefined) return specifier;
  const exported = JSON.parse(readFileSync(join(project, 'packages', name, 'package.json'), 'utf8')).exports;
  const path = exported[inside === undefined ? '.' : `./${inside}`]?.['bookedbarber-source'] ?? '';
  return join('packages', name, path);
}
