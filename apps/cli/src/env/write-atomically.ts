import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { Failure } from '../shared/user-error.ts';

/**
 * Writes a file atomically: creates a temporary file with the final mode in the same folder, syncs it to disk, and
 * renames it. Follows symbolic links. Throws Failure.
 *
 * @param mode file mode; by default only the owner can read and write the file
 */
export async function writeFileAtomic(path: string, text: string, mode = 0o600): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const draft = `${target}.${randomBytes(6).toString('hex')}.new`;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', mode);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    file = undefined;
    await rename(draft, target);
  } catch (error) {
    await file?.close();
    await rm(draft, { force: true });
    throw new Failure(
      'file_unwritable',
      `${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      {
        remediation: 'Check that its folder exists and is writable. The file is unchanged.',
        cause: error,
      },
    );
  }
}
