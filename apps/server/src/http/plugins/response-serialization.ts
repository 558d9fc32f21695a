import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import { isTimeZone } from '../../time/time-zone.ts';
import type { App } from '../app-type.ts';
import { cacheCompiled } from './compiled-schemas.ts';

const compiled = cacheCompiled<(data: unknown) => string>();

/** Serializes responses according to their schemas, with Fastify's own compiler. */
export function responseSerialization(app: App): void {
  // The serializer uses formats only to select between the alternatives of a union.
  const compile = SerializerSelector()({}, { ajv: { formats: { 'time-zone': isTimeZone } } });
  app.setSerializerCompiler<object>((route) =>
    compiled(route.schema, () => compile({ ...route, httpStatus: route.httpStatus ?? '' })),
  );
}
