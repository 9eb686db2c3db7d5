/** Base64 without blanks. */
export const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
