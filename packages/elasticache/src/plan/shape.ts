import type { PlanError } from './plan.ts';

/** Tells what is wrong with the form of a value at a path. */
export type FieldValidator = (value: unknown, path: string) => Iterable<PlanError>;

export const text =
  (pattern: RegExp, wanted: string): FieldValidator =>
  (value, path) =>
    typeof value === 'string' && value.length <= 200 && pattern.test(value) ? [] : [invalid(path, wanted)];

export const anyText: FieldValidator = text(/^[\x20-\x7e]*$/, 'a text of at most 200 characters');

export const integer =
  (least: number, most: number): FieldValidator =>
  (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? []
      : [invalid(path, `a whole number from ${least} to ${most}`)];

export const exactly =
  (wanted: number): FieldValidator =>
  (value, path) =>
    value === wanted ? [] : [invalid(path, `${wanted}`)];

export const yesOrNo: FieldValidator = (value, path) =>
  typeof value === 'boolean' ? [] : [invalid(path, 'true or false')];

export const list =
  (form: FieldValidator, most: number): FieldValidator =>
  (value, path) =>
    Array.isArray(value) && value.length <= most
      ? value.flatMap((item, index) => [...form(item, `${path}[${index}]`)])
      : [invalid(path, `a list of at most ${most}`)];

type Fields = Readonly<Record<string, FieldValidator>>;

/** An object of exactly these fields: one too many is a slip, and a slip in a plan would be built. */
export const object = (fields: Fields, mayBeThere: Fields = {}): FieldValidator =>
  function* (value, path) {
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const known = { ...fields, ...mayBeThere };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      yield invalid(path, `an object of ${Object.keys(fields).join(', ')}`);
      return;
    }
    for (const [name, form] of Object.entries(known))
      if (Object.hasOwn(value, name)) yield* form((value as Record<string, unknown>)[name], at(name));
      else if (Object.hasOwn(fields, name)) yield invalid(at(name), 'there');
    for (const name of Object.keys(value))
      if (!Object.hasOwn(known, name))
        yield {
          code: 'field_unknown',
          path: at(name),
          message: `${JSON.stringify(name.slice(0, 60))} is not a field of a plan.`,
          remediation: `The fields here are ${Object.keys(known).join(', ')}.`,
        };
  };

function invalid(path: string, wanted: string): PlanError {
  return {
    code: 'field_malformed',
    path,
    message: `${path === '' ? 'The plan' : path} has to be ${wanted}.`,
    remediation: '`bookedbarber plan --out FILE` writes a plan that is whole.',
  };
}
