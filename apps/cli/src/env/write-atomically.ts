import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { Failure } from '../shared/user-error.ts';

/**
 * Writes a file so that there is never half of it, and nobody can read it who must not: it is made beside its place,
 * with its mode from the first byte on, and moved there when it is on the disk. A link is followed.
 *
 * @param mode of a file without secrets; else nobody but its owner may read it
 */
export async function writeFileAtomic(path: string, text: string, mode = 0o600): Promise<void> {
  const place = await realpath(path).catch(() => path);
  const draft = `${place}.${randomBytes(6).toString('hex')}.new`;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', mode);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    file = undefined;
    await rename(draft, place);
  } catch (error) {
    await file?.close();
    await rm(draft, { force: true });
    throw new Failure(
      'file_unwritable',
      `${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      {
        remediation: 'Check that its folder is there and may be written. The file is as it was.',
        cause: error,
      },
    );
  }
}
