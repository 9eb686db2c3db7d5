import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file of mode 0600 so that it is there as a whole, and safe against a crash: who reads it finds the old text
 * or the new one. Only one may write a file at a time. @throws what the system says
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // One fixed name: what a crash left behind is overwritten and does not lie around with a login in it.
  const temporary = `${path}.tmp`;
  const file = await openNew(temporary);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Opens a file that is not there yet: one that somebody has planted may be a link to where they can read. */
async function openNew(path: string): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, 'wx', 0o600);
}

/** Without it the new name could be lost in a power cut. Not every file system can; the rename itself is done. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await directory.sync().finally(() => directory.close());
  } catch {
    return;
  }
}
