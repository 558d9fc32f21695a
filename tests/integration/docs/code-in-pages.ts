/** The TypeScript in pages of Markdown, and what the compiler says about it. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** The blocks of a page by names of modules beside it, whose lines have the numbers that they have in the page. */
export function modulesOf(page: string, text: string): [string, string][] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    return [`${page}.${line}.ts`, `${'\n'.repeat(line)}${code}\nexport {};\n`];
  });
}

/** The errors in modules that need not exist as files, compiled against the sources of the workspaces. */
export function problemsIn(modules: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(project, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, project);
  const compilerOptions = { ...options, composite: false, noEmit: true, noUnusedLocals: false };
  const host = ts.createCompilerHost(compilerOptions);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => modules.has(name) || fileExists(name);
  host.getSourceFile = (name, languageVersion) => {
    const text = modules.get(name);
    return text === undefined
      ? getSourceFile(name, languageVersion)
      : ts.createSourceFile(name, text, languageVersion);
  };
  const program = ts.createProgram([...modules.keys()], compilerOptions, host);
  return [...modules.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, messageText }) => {
        const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
        return `${relative(project, name)}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      },
    );
  });
}
