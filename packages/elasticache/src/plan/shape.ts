import type { PlanError } from './plan.ts';

/** Tells what is wrong with the form of a value at a path. */
export type Form = (value: unknown, path: string) => Iterable<PlanError>;

export const text =
  (pattern: RegExp, wanted: string): Form =>
  (value, path) =>
    typeof value === 'string' && value.length <= 200 && pattern.test(value) ? [] : [wrong(path, wanted)];

export const anyText: Form = text(/^[\x20-\x7e]*$/, 'a text of at most 200 characters');

export const whole =
  (least: number, most: number): Form =>
  (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? []
      : [wrong(path, `a whole number from ${least} to ${most}`)];

export const exactly =
  (wanted: number): Form =>
  (value, path) =>
    value === wanted ? [] : [wrong(path, `${wanted}`)];

export const yesOrNo: Form = (value, path) =>
  typeof value === 'boolean' ? [] : [wrong(path, 'true or false')];

export const list =
  (form: Form, most: number): Form =>
  (value, path) =>
    Array.isArray(value) && value.length <= most
      ? value.flatMap((item, index) => [...form(item, `${path}[${index}]`)])
      : [wrong(path, `a list of at most ${most}`)];

type Fields = Readonly<Record<string, Form>>;

/** An object of exactly these fields: one too many is a slip, and a slip in a plan would be built. */
export const object = (fields: Fields, mayBeThere: Fields = {}): Form =>
  function* (value, path) {
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const known = { ...fields, ...mayBeThere };
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      yield wrong(path, `an object of ${Object.keys(fields).join(', ')}`);
      return;
    }
    for (const [name, form] of Object.entries(known))
      if (Object.hasOwn(value, name)) yield* form((value as Record<string, unknown>)[name], at(name));
      else if (Object.hasOwn(fields, name)) yield wrong(at(name), 'there');
    for (const name of Object.keys(value))
      if (!Object.hasOwn(known, name))
        yield {
          code: 'field_unknown',
          path: at(name),
          message: `${JSON.stringify(name.slice(0, 60))} is not a field of a plan.`,
          mend: `The fields here are ${Object.keys(known).join(', ')}.`,
        };
  };

function wrong(path: string, wanted: string): PlanError {
  return {
    code: 'field_malformed',
    path,
    message: `${path === '' ? 'The plan' : path} has to be ${wanted}.`,
    mend: '`bookedbarber plan --out FILE` writes a plan that is whole.',
  };
}
