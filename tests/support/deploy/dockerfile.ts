export type Instruction = { name: string; text: string };

/** One stage of a Dockerfile: what it begins with, and its instructions in their order. */
export type Stage = { name: string; from: string; instructions: Instruction[] };

export type Dockerfile = { args: Record<string, string>; stages: Stage[] };

/**
 * Reads the part of the Dockerfile language that ours is written in. `${NAME}` is filled in for FROM alone.
 *
 * @throws Error for what it does not know, so that nothing in the file goes untested
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

/** `A=1 B=2` as an object. Values in quotes are not known. */
export function pairsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => {
      const [, key, value] = /^([A-Z_]+)=([^"'\s]*)$/.exec(pair) ?? fail(`not NAME=value: ${pair}`);
      return [key ?? '', value ?? ''];
    }),
  );
}

/** The JSON form of CMD, which wants no shell. */
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
