import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import { isTimeZone } from '../../time/time-zone.ts';
import type { App } from '../app-type.ts';
import { keepCompiled } from './compiled-schemas.ts';

const kept = keepCompiled<(data: unknown) => string>();

/** Writes answers by their schemas. The compiler is Fastify's own. */
export function responseSerialization(app: App): void {
  // The serializer asks a format only to tell the alternatives of an answer apart.
  const compile = SerializerSelector()({}, { ajv: { formats: { 'time-zone': isTimeZone } } });
  app.setSerializerCompiler<object>((route) =>
    kept(route.schema, () => compile({ ...route, httpStatus: route.httpStatus ?? '' })),
  );
}
