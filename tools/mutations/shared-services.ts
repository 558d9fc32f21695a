import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import startServices from '../../tests/support/services.ts';

/** Starts PostgreSQL and Redis once for all runs. In the copies, the global setup only provides their addresses. */
export async function shareServices(copies: readonly string[]): Promise<() => Promise<void>> {
  const provided: Record<string, unknown> = {};
  const stop = await startServices({
    provide: (name: string, value: unknown) => {
      provided[name] = value;
    },
  });
  const setup = `export default ({ provide }) => {
  for (const [name, value] of Object.entries(${JSON.stringify(provided)})) provide(name, value);
};\n`;
  for (const folder of copies) writeFileSync(join(folder, 'tests/support/services.ts'), setup);
  return stop;
}
