import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { type TrustedCertificates, trustIn } from './checks/certificate.ts';
import type { CommandContext } from './io.ts';
import { Failure } from './user-error.ts';

/** Reads the file of an option, or standard input for `-`. Undefined without the option. Throws Failure. */
export function readTextFile(
  file: string | undefined,
  { workingFolder, readInput }: Pick<CommandContext, 'workingFolder' | 'readInput'>,
): string | undefined {
  if (file === undefined) return undefined;
  try {
    return file === '-' ? readInput() : readFileSync(resolve(workingFolder, file), 'utf8');
  } catch (error) {
    throw new Failure('file_unreadable', `The file ${file} cannot be read.`, {
      remediation: 'Check the path and its permissions.',
      cause: error,
    });
  }
}

/** Trusts the CA certificate in the file of an option in addition to those of Node. Throws Failure. */
export function readTrustedCertificates(
  file: string | undefined,
  context: Pick<CommandContext, 'workingFolder' | 'readInput'>,
): TrustedCertificates {
  const text = readTextFile(file, context);
  try {
    return trustIn(text);
  } catch (error) {
    throw new Failure('certificate_unreadable', `The file ${file} does not contain a valid certificate.`, {
      remediation: 'Use a PEM file: text that begins with -----BEGIN CERTIFICATE-----.',
      cause: error,
    });
  }
}

/** Parses a timeout option in whole seconds, 1 to 60. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,2}$/.test(text) && seconds >= 1 && seconds <= 60) return seconds;
  throw new InvalidArgumentError('Use a whole number from 1 to 60.');
}
