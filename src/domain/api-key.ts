/** A key that lets a bot outside use the HTTP API of one workspace. Its secret is known to its holder alone. */
export interface ApiKey {
  id: string;
  teamId: string;
  /** What people call the bot: its messages and claims are shown under this name. */
  name: string;
  createdAt: Date;
  revokedAt: Date | null;
}
