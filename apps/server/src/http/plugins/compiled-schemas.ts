/**
 * Keeps what was compiled for a schema. Compiling takes most of the start of an app, and the schemas of the routes are the
 * same objects in every app of a process.
 */
export function keepCompiled<Compiled>(): (schema: object, compile: () => Compiled) => Compiled {
  const kept = new WeakMap<object, { readonly compiled: Compiled }>();
  return (schema, compile) => {
    const known = kept.get(schema) ?? { compiled: compile() };
    kept.set(schema, known);
    return known.compiled;
  };
}
