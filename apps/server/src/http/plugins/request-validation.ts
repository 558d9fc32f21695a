import { Ajv, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { isTimeZone } from '../../time/time-zone.ts';
import type { App } from '../app-type.ts';
import { keepCompiled } from './compiled-schemas.ts';

// The module is CommonJS: its types say that the default export is the module, its value is the function itself.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/**
 * Checks requests against their schemas. Bodies are taken as they are: a number in quotes is not a number. Text of
 * addresses and headers is coerced, since it is all text.
 */
export function requestValidation(app: App): void {
  const strict = makeAjv({ coerceTypes: false });
  const coercing = makeAjv({ coerceTypes: 'array', useDefaults: true });
  app.setValidatorCompiler<object>(({ schema, httpPart }) =>
    httpPart === 'body'
      ? keptStrict(schema, () => strict.compile(schema))
      : keptCoercing(schema, () => coercing.compile(schema)),
  );
}

const keptStrict = keepCompiled<ValidateFunction>();
const keptCoercing = keepCompiled<ValidateFunction>();

function makeAjv(options: { coerceTypes: false | 'array'; useDefaults?: boolean }): Ajv {
  // allErrors tells a form all its faults at once; bodies are bounded, so the work is too.
  const ajv = new Ajv({ allErrors: true, ...options });
  addFormats(ajv, { mode: 'full', formats: ['date', 'date-time', 'email'] });
  // Without the urn:uuid: of the common format, which PostgreSQL does not read.
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
  ajv.addFormat('time-zone', isTimeZone);
  return ajv;
}
