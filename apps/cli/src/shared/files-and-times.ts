import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { type TrustedCertificates, trustIn } from './checks/certificate.ts';
import type { CommandContext } from './io.ts';
import { Failure } from './user-error.ts';

/**
 * The text of a file that an option names, that of standard input for `-`, undefined without the option. Throws Failure
 * when it cannot be read.
 */
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

/** Whom to believe: also the authority of the file that an option names. Throws Failure when it is no certificate. */
export function readTrustedCertificates(
  file: string | undefined,
  context: Pick<CommandContext, 'workingFolder' | 'readInput'>,
): TrustedCertificates {
  const text = readTextFile(file, context);
  try {
    return trustIn(text);
  } catch (error) {
    throw new Failure('certificate_unreadable', `The file ${file} holds no certificate.`, {
      remediation: 'It is a text that begins with -----BEGIN CERTIFICATE-----.',
      cause: error,
    });
  }
}

/** A time-out of an option, in seconds. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,2}$/.test(text) && seconds >= 1 && seconds <= 60) return seconds;
  throw new InvalidArgumentError('It is a whole number from 1 to 60.');
}
