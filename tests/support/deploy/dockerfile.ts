export type Instruction = { name: string; text: string };

/** One stage of a Dockerfile: its base image and its instructions in order. */
export type Stage = { name: string; from: string; instructions: Instruction[] };

export type Dockerfile = { args: Record<string, string>; stages: Stage[] };

/**
 * Parses the Dockerfile syntax that this project uses. Expands `${NAME}` in FROM only.
 *
 * @throws Error for unsupported syntax, so that everything in the file is tested
 */
export function parseDockerfile(source: string): Dockerfile {
  const args: Record<string, string> = {};
  const stages: Stage[] = [];
  for (const { name, text } of instructionsOf(source)) {
    if (name === 'FROM') {
      const [, image, stage] = /^(\S+) AS (\S+)$/.exec(text) ?? fail(`a FROM without a name: ${text}`);
      stages.push({ name: stage ?? '', from: filledIn(image ?? '', args), instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage !== undefined) stage.instructions.push({ name, text });
    else if (name === 'ARG') Object.assign(args, pairsOf(text));
    else fail(`${name} before the first FROM`);
  }
  return { args, stages };
}

function instructionsOf(source: string): Instruction[] {
  return source
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, text] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? fail(`not an instruction: ${line}`);
      return { name: name ?? '', text: text ?? '' };
    });
}

/** Parses `A=1 B=2` as an object. Quoted values are not supported. */
export function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const [, key, value] = /^([A-Z_]+)=([^"'\s]*)$/.exec(pair) ?? fail(`not NAME=value: ${pair}`);
      return [key ?? '', value ?? ''];
    }),
  );
}

/** Parses the exec form (JSON) of a command, which needs no shell. */
export function commandOf(text: string): string[] {
  if (!text.startsWith('[')) fail(`a command for a shell: ${text}`);
  return JSON.parse(text) as string[];
}

function filledIn(text: string, args: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? fail(`no ARG ${name}`));
}

function fail(why: string): never {
  throw new Error(`Dockerfile: ${why}`);
}
