import { ConfigError } from './config-error.ts';

/**
 * Reads variables and collects the problems, so that all are reported together. A problem names the variable and the
 * expected format, never the value: any variable may contain a secret by mistake.
 */
export class EnvReader {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #problems: string[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** The text of a variable; an empty one counts as missing. */
  text(name: string): string | undefined {
    const text = this.#env[name]?.trim();
    return text === '' ? undefined : text;
  }

  report(problem: string): void {
    this.#problems.push(problem);
  }

  /** @throws ConfigError when problems were reported */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }

  integer(name: string, fallback: number, { least, most }: { least: number; most: number }): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= least && value <= most) return value;
    this.report(`${name} must be a whole number from ${least} to ${most}.`);
    return fallback;
  }

  /** true or false; also yes, no, on, off, 1 and 0, in any case, because existing configurations use True. */
  boolean(name: string, fallback: boolean): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return fallback;
    if (['true', 'yes', 'on', '1'].includes(text)) return true;
    if (['false', 'no', 'off', '0'].includes(text)) return false;
    this.report(`${name} must be true or false.`);
    return fallback;
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const found = values.find((value) => value === text);
    if (found === undefined) this.report(`${name} must be one of ${values.join(', ')}.`);
    return found ?? fallback;
  }

  /** A URL with one of the protocols (with their colon), or null when it is missing or invalid. */
  url(name: string, protocols: readonly string[]): URL | null {
    const text = this.text(name);
    if (text === undefined) return null;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return new URL(text);
    const schemes = protocols.map((protocol) => `${protocol}//`).join(' or ');
    this.report(`${name} must be a URL that begins with ${schemes}.`);
    return null;
  }

  /** A secret of at least `shortest` characters. */
  secret(name: string, shortest: number, purpose: string): string {
    const text = this.text(name);
    const remediation = 'generate one with: openssl rand -base64 32';
    if (text === undefined) this.report(`${name} is missing: ${purpose}; ${remediation}`);
    else if (text.length < shortest)
      this.report(`${name} must have at least ${shortest} characters; ${remediation}`);
    return text ?? '';
  }
}
