import { lazy } from '../../../lazy';

type Library = typeof import('csv-stringify/sync');

/** csv-stringify's function; only a flow that writes CSV pays for the library. */
export const csvStringify = lazy(() => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('csv-stringify/sync') as Library).stringify;
});
