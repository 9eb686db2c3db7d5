/** @returns whether a host name, as a parsed URL has it, means this computer and no other */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}
