import { Failure } from '../shared/user-error.ts';

/**
 * Quotes a value for a file that Node (`node --env-file`), systemd and shells read in the same way. A value that needs
 * no quotes gets none, because `docker --env-file` reads quotes as part of the value. Throws Failure for a value that
 * no form can represent.
 */
export function quoted(name: string, value: string): string {
  if (/^[A-Za-z0-9_@%+=:,./?*~-]+$/.test(value)) return value;
  if (/[\r\n\0]/.test(value)) throw cannotWrite(name, 'contains a line break');
  if (!value.includes("'")) return `'${value}'`;
  // In double quotes, the two characters \n are read as a line break.
  if (!value.includes('"') && !value.includes('\\n')) return `"${value}"`;
  if (!value.includes('`')) return `\`${value}\``;
  throw cannotWrite(name, 'contains all three kinds of quotes');
}

function cannotWrite(name: string, why: string): Failure {
  return new Failure('value_unwritable', `The value of ${name} ${why}.`, {
    remediation: 'A settings file cannot represent this value: choose another one.',
  });
}
