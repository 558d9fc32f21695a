import type { DeploymentError } from './deployment.ts';

/** Reads fields and collects all their errors, so that they can be reported together. */
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
        `${path === '' ? 'The deployment' : path} must be an object with the fields ${known.join(', ')}.`,
      );
    for (const name of Object.keys(this.#fields))
      if (!known.includes(name))
        this.errors.push({
          code: 'field_unknown',
          path: this.at(name),
          message: `${JSON.stringify(name.slice(0, 60))} is not a field of a deployment.`,
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

  invalid(name: string, message: string, remediation = 'infra/README.md shows a complete deployment.'): void {
    this.errors.push({ code: 'field_malformed', path: this.at(name), message, remediation });
  }

  /** A string that matches `pattern`, or `fallback` if the field is missing. */
  text(name: string, pattern: RegExp, expected: string, { fallback, remediation }: TextOptions = {}): string {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#fields[name];
    if (typeof value === 'string' && value.length <= 200 && pattern.test(value)) return value;
    this.invalid(name, `${this.at(name)} must be ${expected}.`, remediation);
    return '';
  }

  /** An array of distinct strings that match `pattern`. */
  texts(
    name: string,
    pattern: RegExp,
    expected: string,
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
      `${this.at(name)} must be a list of ${least} to ${most} different ${expected}.`,
      remediation,
    );
    return [];
  }

  /** An integer in a range. */
  integer(name: string, [least, most]: [number, number]): number {
    const value = this.#fields[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    this.invalid(name, `${this.at(name)} must be an integer from ${least} to ${most}.`);
    return least;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.has(name) ? this.#fields[name] : fallback;
    if (typeof value === 'boolean') return value;
    this.invalid(name, `${this.at(name)} must be true or false.`);
    return fallback;
  }
}

type TextOptions = { fallback?: string; remediation?: string };
