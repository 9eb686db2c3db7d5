/** A flow may put anything into `data`; what no store could keep (functions, sockets) is left out as JSON does. */
export function copyData(data: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(data).length === 0) return {};
  try {
    return structuredClone(data);
  } catch {
    return jsonCopy(data);
  }
}

function jsonCopy(data: Record<string, unknown>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
