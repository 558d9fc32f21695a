import type { DeploymentError } from './deployment.ts';

/** Gathers what is wrong with a file, field by field, so that all of it is told at once. */
export class Reader {
  readonly errors: DeploymentError[] = [];
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string, known: readonly string[]) {
    this.#path = path;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#fields = isObject ? (value as Record<string, unknown>) : {};
    if (!isObject)
      this.invalid(
        '',
        `${path === '' ? 'The deployment' : path} has to be an object of ${known.join(', ')}.`,
      );
    for (const name of Object.keys(this.#fields))
      if (!known.includes(name))
        this.errors.push({
          code: 'field_unknown',
          path: this.at(name),
          message: `${JSON.stringify(name.slice(0, 60))} is no field of a deployment.`,
          remediation: `The fields here are ${known.join(', ')}.`,
        });
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  value(name: string): unknown {
    return this.#fields[name];
  }

  at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  invalid(
    name: string,
    message: string,
    remediation = 'infra/README.md shows a deployment that is whole.',
  ): void {
    this.errors.push({ code: 'field_malformed', path: this.at(name), message, remediation });
  }

  /** A text that `pattern` fits; `otherwise` where it is missing and need not be there. */
  text(
    name: string,
    pattern: RegExp,
    wanted: string,
    { otherwise, remediation }: Missing<string> = {},
  ): string {
    if (!this.has(name) && otherwise !== undefined) return otherwise;
    const value = this.#fields[name];
    if (typeof value === 'string' && value.length <= 200 && pattern.test(value)) return value;
    this.invalid(name, `${this.at(name)} has to be ${wanted}.`, remediation);
    return '';
  }

  /** A list of such texts, of which none comes twice. */
  texts(
    name: string,
    pattern: RegExp,
    wanted: string,
    [least, most]: [number, number],
    remediation?: string,
  ): string[] {
    const value = this.#fields[name];
    const isList =
      Array.isArray(value) &&
      value.length >= least &&
      value.length <= most &&
      new Set(value).size === value.length;
    if (isList && value.every((item) => typeof item === 'string' && item.length <= 200 && pattern.test(item)))
      return value as string[];
    this.invalid(
      name,
      `${this.at(name)} has to be a list of ${least} to ${most} different ${wanted}.`,
      remediation,
    );
    return [];
  }

  /** A whole number from the least to the most. */
  integer(name: string, [least, most]: [number, number]): number {
    const value = this.#fields[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.invalid(name, `${this.at(name)} has to be a whole number from ${least} to ${most}.`);
    return least;
  }

  yesOrNo(name: string, otherwise: boolean): boolean {
    const value = this.has(name) ? this.#fields[name] : otherwise;
    if (typeof value === 'boolean') return value;
    this.invalid(name, `${this.at(name)} has to be true or false.`);
    return otherwise;
  }
}

type Missing<T> = { otherwise?: T; remediation?: string };
