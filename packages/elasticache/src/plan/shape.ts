import type { PlanError } from './plan.ts';

/** Yields the errors of the value at a path. */
export type FieldValidator = (value: unknown, path: string) => Iterable<PlanError>;

export const text =
  (pattern: RegExp, expected: string): FieldValidator =>
  (value, path) =>
    typeof value === 'string' && value.length <= 200 && pattern.test(value) ? [] : [invalid(path, expected)];

export const anyString: FieldValidator = text(/^[\x20-\x7e]*$/, 'a string of at most 200 characters');

export const integer =
  (least: number, most: number): FieldValidator =>
  (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? []
      : [invalid(path, `an integer from ${least} to ${most}`)];

export const exactly =
  (expected: number): FieldValidator =>
  (value, path) =>
    value === expected ? [] : [invalid(path, `${expected}`)];

export const boolean: FieldValidator = (value, path) =>
  typeof value === 'boolean' ? [] : [invalid(path, 'true or false')];

export const list =
  (item: FieldValidator, most: number): FieldValidator =>
  (value, path) =>
    Array.isArray(value) && value.length <= most
      ? value.flatMap((it, index) => [...item(it, `${path}[${index}]`)])
      : [invalid(path, `an array of at most ${most} items`)];

type Fields = Readonly<Record<string, FieldValidator>>;

/**
 * An object of exactly these fields. Unknown fields are errors, since a misspelled field would silently have no
 * effect.
 */
export const object = (fields: Fields, optional: Fields = {}): FieldValidator =>
  function* (value, path) {
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const known = { ...fields, ...optional };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      yield invalid(path, `an object with the fields ${Object.keys(fields).join(', ')}`);
      return;
    }
    for (const [name, validate] of Object.entries(known))
      if (Object.hasOwn(value, name)) yield* validate((value as Record<string, unknown>)[name], at(name));
      else if (Object.hasOwn(fields, name)) yield invalid(at(name), 'present');
    for (const name of Object.keys(value))
      if (!Object.hasOwn(known, name))
        yield {
          code: 'field_unknown',
          path: at(name),
          message: `${JSON.stringify(name.slice(0, 60))} is not a field of a plan.`,
          remediation: `The fields here are ${Object.keys(known).join(', ')}.`,
        };
  };

function invalid(path: string, expected: string): PlanError {
  return {
    code: 'field_malformed',
    path,
    message: `${path === '' ? 'The plan' : path} must be ${expected}.`,
    remediation: 'Write a complete plan with `bookedbarber plan --out FILE`.',
  };
}
