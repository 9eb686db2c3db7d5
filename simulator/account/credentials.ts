export interface SimulatedCredentials {
  /** Personal access tokens: Basic with id and token. */
  tokens: { id: string; token: string; userId: string; scopes: string[] }[];
  /** Basic with user name and password; these may do everything. */
  passwords: { username: string; password: string; userId: string }[];
  oauth: {
    realm: string;
    clients: { id: string; secret: string }[];
    sessions: OAuthSession[];
    accessTokenLifeMs: number;
    refreshTokenLifeMs: number;
    /** How often a refresh token was exchanged for a new pair. */
    refreshes: number;
  };
}

/** A login with OAuth. Only the newest pair of tokens is good. */
export interface OAuthSession {
  userId: string;
  clientId: string;
  scopes: string[];
  accessToken: string;
  accessExpiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
}
