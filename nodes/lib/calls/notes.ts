import { copyData, isRecord } from '../../../sipgate/index';
import { roughBytes } from './rough-bytes';

/** A flow's notes beyond this are not kept. */
const MOST_NOTES_BYTES = 64 * 1024;

/**
 * @param data `msg.call.data` as a flow left it
 * @param onProblem hears of one that is too large
 * @returns a copy of what may be kept; `undefined` where it is no object, or too much
 */
export function keepableNotes(
  data: unknown,
  onProblem: (error: unknown) => void,
): Record<string, unknown> | undefined {
  if (!isRecord(data)) return undefined;
  const copy = copyData(data);
  if (roughBytes(copy, MOST_NOTES_BYTES) <= MOST_NOTES_BYTES) return copy;
  onProblem(new Error(`msg.call.data is larger than ${MOST_NOTES_BYTES / 1024} KiB and is not kept`));
  return undefined;
}
