import { Failure } from '../shared/user-error.ts';

/**
 * A value as it stands in a file that Node (`node --env-file`), systemd and shells read alike. Plain where that is
 * possible, since `docker --env-file` takes quotes for a part of the value. Throws Failure for what cannot be written.
 */
export function quoted(name: string, value: string): string {
  if (/^[A-Za-z0-9_@%+=:,./?*~-]+$/.test(value)) return value;
  if (/[\r\n\0]/.test(value)) throw cannotWrite(name, 'has a line break in it');
  if (!value.includes("'")) return `'${value}'`;
  // In double quotes the two characters \n mean a line break.
  if (!value.includes('"') && !value.includes('\\n')) return `"${value}"`;
  if (!value.includes('`')) return `\`${value}\``;
  throw cannotWrite(name, 'has all three kinds of quotes in it');
}

function cannotWrite(name: string, why: string): Failure {
  return new Failure('value_unwritable', `The value of ${name} ${why}.`, {
    remediation: 'No form of such a file can hold that: choose another value.',
  });
}
