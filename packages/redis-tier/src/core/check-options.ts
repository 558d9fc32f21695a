/**
 * Checks of the options that factories are given. TypeScript does not check numbers, and JavaScript does not check
 * names: a misspelled option or a deadline of NaN would change the behavior without a word.
 */

/** Returns what a value must be, or undefined if it is that. */
export type Check = (value: unknown) => string | undefined;

/** A check of every option of `T`. */
export type Checks<T> = { readonly [Name in keyof Required<T>]: Check };

const check =
  (isValid: (value: unknown) => boolean, description: string): Check =>
  (value) =>
    isValid(value) ? undefined : description;

export function numberFrom(min: number, max: number): Check {
  return check(
    (value) => typeof value === 'number' && value >= min && value <= max,
    `a number from ${min} to ${max}`,
  );
}

export function integerFrom(min: number, max: number): Check {
  return check(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `a whole number from ${min} to ${max}`,
  );
}

export function oneOf(...values: readonly string[]): Check {
  return check(
    (value) => typeof value === 'string' && values.includes(value),
    values.map((value) => `"${value}"`).join(' or '),
  );
}

export function textLike(pattern: RegExp, description: string): Check {
  return check((value) => typeof value === 'string' && pattern.test(value), description);
}

/** A prefix of names in Redis. Braces would change the slot of a name. */
export const aPrefix: Check = textLike(
  /^[A-Za-z0-9._:-]{1,100}$/,
  '1 to 100 letters, digits, colons, dots, hyphens or underscores',
);
export const aBoolean: Check = check((value) => typeof value === 'boolean', 'true or false');
export const aFunction: Check = check((value) => typeof value === 'function', 'a function');
export const anObject: Check = check(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an object',
);
/** An object with a function of each name. */
export function anObjectWith(...functions: readonly string[]): Check {
  const description = `an object with ${functions.join(', ')}`;
  return (value) =>
    anObject(value) === undefined &&
    functions.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
      ? undefined
      : description;
}

/** A client of ioredis, or a driver that has this function. */
export function aClientOrDriver(open: string): Check {
  return (value) =>
    anObjectWith('duplicate', 'disconnect')(value) === undefined || anObjectWith(open)(value) === undefined
      ? undefined
      : 'a client of ioredis or a memory driver';
}

/** Also accepts undefined, which means the default. */
export function optional(inner: Check): Check {
  return (value) => (value === undefined ? undefined : inner(value));
}

export function orNull(inner: Check): Check {
  return (value) => {
    const must = value === null ? undefined : inner(value);
    return must === undefined ? undefined : `${must}, or null`;
  };
}

/**
 * Checks every option, and that there are no others.
 *
 * @param owner starts the message: 'createCache'
 * @param toError makes the error from its message
 * @throws the error for the first invalid option, with its name, value and range
 */
export function checkOptions<T extends object>(
  owner: string,
  options: T,
  checks: Checks<T>,
  toError: (message: string) => Error,
): void {
  const must = anObject(options);
  if (must !== undefined) throw toError(`${owner}: the options are ${show(options)}, but must be ${must}.`);
  for (const [name, inner] of Object.entries<Check>(checks)) {
    const value: unknown = options[name as keyof T];
    const range = inner(value);
    if (range !== undefined) throw toError(`${owner}: ${name} is ${show(value)}, but must be ${range}.`);
  }
  for (const name of Object.keys(options))
    if (!Object.hasOwn(checks, name))
      throw toError(
        `${owner}: the option ${JSON.stringify(name)} is unknown. Known are ${Object.keys(checks).join(', ')}.`,
      );
}

/** Only objects and URLs may contain secrets: neither is shown. */
function show(value: unknown): string {
  if (typeof value === 'string') return value.includes('://') ? 'a URL' : JSON.stringify(value.slice(0, 100));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
