import { rm } from 'node:fs/promises';

/**
 * Removes a folder of a test. What a test has started may write into it for a moment after it was told to stop: then a
 * file is there again when its folder is to go, and all is tried once more.
 */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
