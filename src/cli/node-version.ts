/** What is wrong with this Node.js; null when it will do. The clients of the services need undici 8, and that 22.19. */
export const nodeTrouble = (version: string): string | null => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 19)
    ? null
    : `scim-push needs Node.js 22.19 or later, and this is ${version}. After npm ci there is one at node_modules/.bin/node.`
}
