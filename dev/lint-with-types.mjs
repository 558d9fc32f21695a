/**
 * Type-checks what tsconfig.tests.json includes and lints the project, both with the same types: computing them takes a
 * minute. Prints what it finds, and exits with 1 if that is anything.
 */
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { projectFolder } from './setup/project.mjs';

const program = createProgram(join(projectFolder, 'tsconfig.tests.json'));
const diagnostics = ts.getPreEmitDiagnostics(program);
if (diagnostics.length > 0) {
  process.stdout.write(
    ts.formatDiagnostics(diagnostics, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => projectFolder,
      getNewLine: () => '\n',
    }),
  );
  process.exitCode = 1;
}

const eslint = new ESLint({
  cwd: projectFolder,
  overrideConfig: {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: null, programs: [program] } },
  },
});
const results = await eslint.lintFiles('.');
const formatter = await eslint.loadFormatter('stylish');
process.stdout.write(await formatter.format(results));
if (results.some(({ errorCount }) => errorCount > 0)) process.exitCode = 1;

/** @param {string} path of the configuration */
function createProgram(path) {
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, projectFolder);
  const [first] = errors;
  if (first !== undefined) throw new Error(ts.flattenDiagnosticMessageText(first.messageText, '\n'));
  return ts.createProgram(fileNames, options);
}
