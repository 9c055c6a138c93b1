/** The three read-only scopes that the Workspace administrator grants (Keeper's set-up guide, Google's Directory API reference). */
export const scopes = [
  'https://www.googleapis.com/auth/admin.directory.group.readonly',
  'https://www.googleapis.com/auth/admin.directory.group.member.readonly',
  'https://www.googleapis.com/auth/admin.directory.user.readonly',
] as const
