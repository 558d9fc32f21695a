/**
 * Caches compiled functions by schema. Compilation takes most of the startup time of an app, and all apps of a process
 * share the schema objects of the routes.
 */
export function cacheCompiled<Compiled>(): (schema: object, compile: () => Compiled) => Compiled {
  const cache = new WeakMap<object, { readonly compiled: Compiled }>();
  return (schema, compile) => {
    const entry = cache.get(schema) ?? { compiled: compile() };
    cache.set(schema, entry);
    return entry.compiled;
  };
}
