import { Ajv, type Options, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { isTimeZone } from '../../time/time-zone.ts';
import type { App } from '../app-type.ts';
import { cacheCompiled } from './compiled-schemas.ts';

// The module is CommonJS. Its types declare the default export as the module, but the value is the function itself.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/**
 * Validates requests against their schemas. Bodies are not coerced: a quoted number is invalid. Paths, queries and
 * headers are coerced, because all their values are strings.
 */
export function requestValidation(app: App): void {
  const strict = makeAjv({ coerceTypes: false });
  // With strict numbers, Ajv does not compare a number that is not finite with its minimum and maximum, and coercion makes
  // such a number of a text like 1e309.
  const coercing = makeAjv({ coerceTypes: 'array', useDefaults: true, strictNumbers: false });
  app.setValidatorCompiler<object>(({ schema, httpPart }) =>
    httpPart === 'body'
      ? compiledStrict(schema, () => strict.compile(schema))
      : compiledCoercing(schema, () => coercing.compile(schema)),
  );
}

const compiledStrict = cacheCompiled<ValidateFunction>();
const compiledCoercing = cacheCompiled<ValidateFunction>();

function makeAjv(options: Pick<Options, 'coerceTypes' | 'useDefaults' | 'strictNumbers'>): Ajv {
  // allErrors lets a form show all its errors together. The body limit bounds the work.
  const ajv = new Ajv({ allErrors: true, ...options });
  addFormats(ajv, { mode: 'full', formats: ['date', 'date-time', 'email'] });
  // The standard format also accepts the prefix urn:uuid:, which PostgreSQL rejects.
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  ajv.addFormat('time-zone', isTimeZone);
  return ajv;
}
